export { type PaillierCiphertext } from './ciphertext';
export { decrypt, isZero, zeroTester } from './decrypt';
export { bitEncryptor, encryptWithNonceFactor } from './encrypt';
export { PaillierError, type PaillierErrorCode } from './errors';
export { proveKey } from './key-proof';
export {
  decodeNonceFactors,
  encodeNonceFactors,
  makeNonceFactors,
  type NonceFactor,
  type RandomBytes,
} from './nonces';
export { PAILLIER_PROFILES, paillierProfile, type NonceMethod, type PaillierProfile } from './profiles';
export { type PaillierPublicKey } from './public-key';
export { paillierScheme, type PaillierScheme } from './scheme';
export {
  decodeSecretKey,
  encodeSecretKey,
  keygen,
  type PaillierKeyPair,
  type PaillierSecretKey,
} from './secret-key';
export { testProfile } from './testing';
export { zeroProver } from './zero-proof';
