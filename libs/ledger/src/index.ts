export * from './dev';
export * from './identity';
export * from './ledger';
