export * from './columns';
export * from './database';
export * from './errors';
export { lockState } from './state-lock';
