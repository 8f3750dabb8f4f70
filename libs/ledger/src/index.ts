export * from './dev';
export * from './fabric';
export * from './identity';
export * from './ledger';
