import type { AdditiveScheme, Ciphertext, PublicKey } from '@tacit/core';

/** A ciphertext that hides nothing. */
export interface ClearCiphertext extends Ciphertext {
  readonly value: bigint;
}

/**
 * The port without encryption: plaintexts add up as they are. It shows the protocol's arithmetic alone, fast
 * enough for every pair of values, and is no scheme that an application could choose.
 */
export const clearScheme: AdditiveScheme<PublicKey, ClearCiphertext> = {
  profile: 'clear',
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

export function clear(value: bigint): ClearCiphertext {
  return { keyId: 'clear', value };
}
