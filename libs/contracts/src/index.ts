export * from './contract';
export * from './transaction';
