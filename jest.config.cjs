// Aliases come from tsconfig.json, so that there is one list of libraries.
const { compilerOptions } = require('./tsconfig.json');

const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [file]]) => [`^${alias}$`, `<rootDir>/${file}`]),
);

const base = {
  testEnvironment: 'node',
  moduleNameMapper,
  transform: {
    '^.+\\.(t|m?j)s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // Packages that ship ES modules only; everything else in node_modules is left alone.
  transformIgnorePatterns: [
    '/node_modules/(?!(@noble|jose|canonicalize|@hpke|bigint-crypto-utils|csv-parse)/)',
  ],
};

module.exports = {
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,apps,chaincode,fabric-network,tools}/**/*.test.ts'],
      setupFiles: ['reflect-metadata'],
    },
    {
      ...base,
      displayName: 'network',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      setupFiles: ['reflect-metadata'],
      globalSetup: '<rootDir>/test/support/global-setup.cjs',
    },
  ],
};
