import type { Ciphertext, PublicKey } from './ciphertext';

/*
 * What can be proven of ciphertexts without a secret (protocol.md, section 5). Every proof binds a `context`: the
 * transcript hash of everything that the statement is about, made by the protocol above. A verifier returns false for
 * a proof that does not hold, whatever its bytes are, and throws only for a mistake of the caller's.
 */

/** Proofs of one scheme. Those that are absent, the scheme either does not need or does not have. */
export interface SchemeProofs<PK extends PublicKey = PublicKey, C extends Ciphertext = Ciphertext> {
  readonly zeros: ZeroProofs<PK, C>;
  /** That the key is sound; absent where every key is. */
  readonly key?: KeyProofs<PK>;
  /** That published digits are bits and w = x ⊕ y; absent where that cannot be proven. */
  readonly bits?: BitProofs<PK, C>;
}

/** That ciphertexts under one key all encrypt 0, shown of random combinations of them. */
export interface ZeroProofs<PK extends PublicKey = PublicKey, C extends Ciphertext = Ciphertext> {
  /** Length of every proof under this key, in bytes. */
  proofLength(publicKey: PK): number;
  /** @param ciphertexts at least one, in the order in which the prover had them */
  verify(publicKey: PK, ciphertexts: readonly C[], context: Uint8Array, proof: Uint8Array): boolean;
}

/** The key holder's side of ZeroProofs. */
export interface ZeroProver<C extends Ciphertext = Ciphertext> {
  /**
   * Only for ciphertexts that the key holder made of its own publication: proofs for ciphertexts of a request would
   * decrypt them. Verified before it is returned, because a fault on the way would give the key away.
   * @throws when a ciphertext does not encrypt 0
   */
  prove(ciphertexts: readonly C[], context: Uint8Array): Uint8Array;
}

/** That a public key was made as the scheme asks. */
export interface KeyProofs<PK extends PublicKey = PublicKey> {
  proofLength(publicKey: PK): number;
  verify(publicKey: PK, context: Uint8Array, proof: Uint8Array): boolean;
}

/** That published digits are bits. */
export interface BitProofs<PK extends PublicKey = PublicKey, C extends Ciphertext = Ciphertext> {
  /** Length of a proof about this many digits, in bytes. */
  proofLength(publicKey: PK, digits: number): number;
  /** Each ciphertext encrypts 0 or 1. */
  verifyBits(publicKey: PK, ciphertexts: readonly C[], context: Uint8Array, proof: Uint8Array): boolean;
  /** For each i: x_i + y_i + w_i ∈ {0, 2}, which for bits means w_i = x_i ⊕ y_i. */
  verifyXor(
    publicKey: PK,
    digits: { readonly x: readonly C[]; readonly y: readonly C[]; readonly w: readonly C[] },
    context: Uint8Array,
    proof: Uint8Array,
  ): boolean;
}

/** The key holder's side of BitProofs, for digits whose encryption it remembers. */
export interface BitProver<C extends Ciphertext = Ciphertext> {
  proveBits(ciphertexts: readonly C[], context: Uint8Array): Uint8Array;
  proveXor(
    digits: { readonly x: readonly C[]; readonly y: readonly C[]; readonly w: readonly C[] },
    context: Uint8Array,
  ): Uint8Array;
}
