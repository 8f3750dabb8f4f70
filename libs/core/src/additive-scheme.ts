import type { Ciphertext, PublicKey } from './ciphertext';
import type { SchemeProofs } from './proofs';

/**
 * An additively homomorphic encryption scheme: E(a) ∘ E(b) = E(a + b).
 *
 * Every operation is deterministic and works on public values, so two parties that apply the same operations to
 * the same ciphertexts obtain the same bytes; `protocol.md` builds the oracle defence on that.
 */
export interface AdditiveScheme<PK extends PublicKey = PublicKey, C extends Ciphertext = Ciphertext> {
  readonly profile: string;
  /** What can be proven of keys and ciphertexts of this scheme, and how it is verified. */
  readonly proofs: SchemeProofs<PK, C>;

  /** @throws when the bytes are not a key of exactly this profile. */
  decodePublicKey(bytes: Uint8Array): PK;
  encodePublicKey(publicKey: PK): Uint8Array;

  /**
   * Decodes ciphertexts that stand one after another, each `publicKey.ciphertextLength` bytes.
   * @throws on any other length than `count` ciphertexts, a value outside the group or not invertible.
   */
  decodeCiphertexts(publicKey: PK, bytes: Uint8Array, count: number): C[];
  encodeCiphertexts(ciphertexts: readonly C[]): Uint8Array;

  /** E(a), E(b) ↦ E(a + b). @throws when the keys differ. */
  add(publicKey: PK, a: C, b: C): C;
  /** E(a), m ↦ E(a + m), without new randomness; m any integer. */
  addPlaintext(publicKey: PK, a: C, m: bigint): C;
  /** E(a), m ↦ E(m·a); m ≥ 0 and small (it is an exponent). */
  multiplyPlaintext(publicKey: PK, a: C, m: bigint): C;
  /** E(a_i) ↦ E(−a_i) for all i; one inversion for the whole list. */
  negateAll(publicKey: PK, ciphertexts: readonly C[]): C[];
}

/** Encrypts bits under one key; every call uses up randomness that was prepared for it and is never used again. */
export interface BitEncryptor<PK extends PublicKey = PublicKey, C extends Ciphertext = Ciphertext> {
  readonly publicKey: PK;
  /** @throws when the prepared randomness is used up. */
  encryptBit(bit: 0 | 1): C;
}

/** What the key holder can ask of a ciphertext under her own key. */
export interface ZeroTester<C extends Ciphertext = Ciphertext> {
  /** true ⇔ the plaintext is 0. */
  isZero(ciphertext: C): boolean;
}
