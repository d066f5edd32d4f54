/**
 * The rules' tests alone, with one seed for every property, so that a score can be had again.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  rootDir: '../..',
  testEnvironment: 'node',
  transform: { '^.+\\.tsx?$': '@swc/jest' },
  setupFiles: ['<rootDir>/test/support/environment.ts', '<rootDir>/test/mutation/seed.ts'],
  testMatch: ['<rootDir>/test/domain/**/*.test.ts'],
};
