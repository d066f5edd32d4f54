/**
 * The rules' tests alone, with one seed for every property, so that a score can be had again. `MUTATION_TESTS` names those
 * of the rules that are changed, with commas between: every file of tests that is loaded costs time for every mutant.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  rootDir: '../..',
  testEnvironment: 'node',
  transform: { '^.+\\.tsx?$': '@swc/jest' },
  setupFiles: ['<rootDir>/test/support/environment.ts', '<rootDir>/test/mutation/seed.ts'],
  testMatch: (process.env.MUTATION_TESTS ?? 'test/domain/**/*.test.ts')
    .split(',')
    .map((glob) => `<rootDir>/${glob}`),
};
