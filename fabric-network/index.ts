export * from './error';
export * from './fabric-network';
export { FABRIC_PROGRAMS, missingPrograms } from './programs';
export * from './topology';
