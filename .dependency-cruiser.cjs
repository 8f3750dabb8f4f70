// The import rules of ARCHITECTURE.md. Pure libraries know neither Nest nor I/O.
const PURE = '^libs/(core|paillier|ristretto|comparison|contracts)/src';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'core-imports-no-library',
      severity: 'error',
      from: { path: '^libs/core/' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/core/' },
    },
    {
      name: 'schemes-import-core-only',
      severity: 'error',
      from: { path: '^libs/(paillier|ristretto)/', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/(core|$1)/' },
    },
    {
      name: 'comparison-sees-only-core',
      severity: 'error',
      from: { path: '^libs/comparison/src', pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/(core|comparison)/' },
    },
    {
      name: 'contracts-import-downwards',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^(libs|apps)/', pathNot: '^libs/(core|paillier|ristretto|comparison|contracts)/' },
    },
    {
      name: 'chaincode-is-a-shell-over-contracts',
      severity: 'error',
      from: { path: '^chaincode/' },
      to: {
        path: '^(libs|apps|fabric-network|tools|bench|test)/',
        pathNot: '^libs/(core|paillier|ristretto|comparison|contracts)/',
      },
    },
    {
      name: 'nothing-imports-the-chaincode',
      severity: 'error',
      from: { path: '^(libs|apps)/' },
      to: { path: '^chaincode/' },
    },
    {
      name: 'ledger-and-messaging-stay-below-company',
      severity: 'error',
      from: { path: '^libs/(ledger|messaging)/' },
      to: { path: '^(libs/company|apps)/' },
    },
    {
      name: 'apps-never-import-each-other',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'libs-never-import-apps', severity: 'error', from: { path: '^libs/' }, to: { path: '^apps/' } },
    {
      name: 'pure-libraries-know-no-framework',
      severity: 'error',
      from: { path: PURE, pathNot: '\\.(test|fixture)\\.ts$' },
      to: { path: 'node_modules/(@nestjs|typeorm|libsql|nats|pino|express)' },
    },
    {
      name: 'pure-libraries-do-no-io',
      comment: 'node:crypto is allowed in two named files: OpenSSL powers and primes.',
      severity: 'error',
      from: { path: PURE, pathNot: ['\\.(test|fixture)\\.ts$', '^libs/paillier/src/(powers|primes)\\.ts$'] },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
