// Aliases come from tsconfig.json, so that there is one list of libraries.
const { compilerOptions } = require('./tsconfig.json');

const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([alias, [file]]) => [`^${alias}$`, `<rootDir>/${file}`]),
);

// Relative dynamic imports name the compiled file, as Node's resolution asks for; Jest loads the source.
moduleNameMapper['^(\\.\\./fabric-network/.*|\\./fabric-ledger)\\.js$'] = '$1';

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

/** Tests of running companies. */
const network = (displayName, testMatch, more) => ({
  ...base,
  displayName,
  testMatch,
  setupFiles: ['reflect-metadata'],
  globalSetup: '<rootDir>/test/support/global-setup.cjs',
  ...more,
});

module.exports = {
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,apps,chaincode,fabric-network,tools}/**/*.test.ts'],
      setupFiles: ['reflect-metadata'],
    },
    // The same tests of the cryptography, at the full counts.
    {
      ...base,
      displayName: 'deep',
      testMatch: ['<rootDir>/libs/{paillier,ristretto,comparison}/**/*.test.ts'],
      setupFiles: ['reflect-metadata', '<rootDir>/test/support/deep.cjs'],
    },
    network('network', ['<rootDir>/test/**/*.test.ts'], {
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/(nats|fabric|faults)/'],
    }),
    // The same scenarios, word for word, on what else companies can meet on.
    network('nats', ['<rootDir>/test/{nats,scenarios}/**/*.test.ts'], {
      setupFiles: ['reflect-metadata', '<rootDir>/test/support/over-nats.cjs'],
    }),
    network('fabric', ['<rootDir>/test/{fabric,scenarios}/**/*.test.ts'], {
      setupFiles: ['reflect-metadata', '<rootDir>/test/support/on-fabric.cjs'],
    }),
    network('faults', ['<rootDir>/test/faults/**/*.test.ts'], {
      setupFiles: ['reflect-metadata', '<rootDir>/test/support/on-fabric.cjs'],
    }),
  ],
};
