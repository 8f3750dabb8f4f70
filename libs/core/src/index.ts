export * from './additive-scheme';
export * from './bytes';
export * from './canonical-json';
export * from './ciphertext';
export * from './errors';
export * from './proofs';
export * from './transcript';
