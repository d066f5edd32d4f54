const shared = {
  transform: { '^.+\\.tsx?$': '@swc/jest' },
  setupFiles: ['<rootDir>/test/support/environment.ts'],
};

/**
 * One run of every test: server-side suites in node, compiled mini-programs in jsdom, journeys in a browser.
 *
 * @type {import('jest').Config}
 */
module.exports = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    {
      ...shared,
      displayName: 'cloud',
      testEnvironment: 'node',
      testMatch: [
        '<rootDir>/test/{domain,store,functions,gateways,conformance,local,simulation,crash,risk,fuzz,supply}/**/*.test.ts',
      ],
    },
    {
      ...shared,
      displayName: 'mini',
      testEnvironment: 'jsdom',
      testMatch: ['<rootDir>/test/mini/**/*.test.ts'],
    },
    {
      ...shared,
      displayName: 'e2e',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
    },
  ],
};
