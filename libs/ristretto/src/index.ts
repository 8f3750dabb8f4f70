export { type RistrettoCiphertext } from './ciphertext';
export { bitEncryptor, type RistrettoEncryptor } from './encrypt';
export { RistrettoError, type RistrettoErrorCode } from './errors';
export { type Group } from './group';
export { nobleGroup } from './noble-group';
export { decodeNonces, encodeNonces, makeNonces, type Nonce } from './nonces';
export { type RistrettoProofs } from './proofs';
export { RISTRETTO_PROFILE, type RistrettoPublicKey } from './public-key';
export { type RandomBytes } from './scalars';
export { ristrettoScheme, type RistrettoScheme } from './scheme';
export {
  decodeSecretKey,
  encodeSecretKey,
  keygen,
  type RistrettoKeyPair,
  type RistrettoSecretKey,
} from './secret-key';
export { ready } from './sodium-group';
export { zeroProver } from './zero-proofs';
export { zeroTester } from './zero-tester';
