import { equalBytes, transcriptHash, utf8 } from '@tacit/core';
import type { AdditiveScheme, Ciphertext, PublicKey, ZeroProver } from '@tacit/core';

/** A ciphertext that hides nothing. */
export interface ClearCiphertext extends Ciphertext {
  readonly value: bigint;
}

const proofOf = (ciphertexts: readonly ClearCiphertext[], context: Uint8Array): Uint8Array =>
  transcriptHash('clear', context, utf8(ciphertexts.map(({ value }) => value).join()));

const areZero = (ciphertexts: readonly ClearCiphertext[]): boolean =>
  ciphertexts.every(({ value }) => value === 0n);

/**
 * The port without encryption: plaintexts add up as they are. It shows the protocol's arithmetic alone, fast
 * enough for every pair of values, and is no scheme that an application could choose.
 */
export const clearScheme: AdditiveScheme<PublicKey, ClearCiphertext> = {
  profile: 'clear',
  proofs: {
    zeros: {
      proofLength: () => 32,
      verify: (_, ciphertexts, context, proof) =>
        areZero(ciphertexts) && equalBytes(proof, proofOf(ciphertexts, context)),
    },
  },
  decodePublicKey: () => clearKey,
  encodePublicKey: () => new Uint8Array(),
  decodeCiphertexts: () => [],
  encodeCiphertexts: () => new Uint8Array(),
  add: (_, a, b) => clear(a.value + b.value),
  addPlaintext: (_, a, m) => clear(a.value + m),
  multiplyPlaintext: (_, a, m) => clear(a.value * m),
  negateAll: (_, all) => all.map(({ value }) => clear(-value)),
};

export const clearKey: PublicKey = { profile: 'clear', keyId: 'clear', ciphertextLength: 0 };

/** Proves what is true, as every prover does. */
export const clearProver: ZeroProver<ClearCiphertext> = {
  prove(ciphertexts, context) {
    if (!areZero(ciphertexts)) throw new Error('a ciphertext does not encrypt 0');
    return proofOf(ciphertexts, context);
  },
};

export function clear(value: bigint): ClearCiphertext {
  return { keyId: 'clear', value };
}
