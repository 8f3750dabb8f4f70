export * from './columns';
export * from './database';
export * from './errors';
