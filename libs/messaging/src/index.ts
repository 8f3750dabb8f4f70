export * from './batch';
export * from './envelope';
export * from './errors';
export * from './messages';
export * from './nats';
export * from './refusal-evidence';
export {
  generateEncryptionKey,
  open,
  seal,
  type EncryptionKeyPair,
  type SealBinding,
  type Sealed,
} from './sealed';
export * from './sealed-content';
export * from './subjects';
export * from './tcp';
export * from './transport';
