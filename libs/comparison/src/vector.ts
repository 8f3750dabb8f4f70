import {
  equalBytes,
  fromBase64url,
  toBase64url,
  transcriptHash,
  u64be,
  type AdditiveScheme,
  type Ciphertext,
  type PublicKey,
} from '@tacit/core';
import { ComparisonError } from './errors';

/** x and y: the bits of the two values; w: the bits of x ⊕ y. */
export type VectorName = 'x' | 'y' | 'w';

/** What tells one pair's vectors from all others. */
export interface VectorContext {
  readonly keyId: string;
  readonly pairId: string;
  /** k */
  readonly bits: number;
}

/** H("vector", name, keyId, pairId, k, ct_0 ‖ … ‖ ct_{k−1}) as base64url. */
export function vectorHash(
  name: VectorName,
  { keyId, pairId, bits }: VectorContext,
  encoded: Uint8Array,
): string {
  return toBase64url(transcriptHash('vector', name, keyId, pairId, u64be(bits), encoded));
}

/**
 * Decodes a vector of k ciphertexts, least significant first, and holds it against the hash that was recorded.
 * @throws ComparisonError `bad-vector` for another length, a value outside the group, or another hash.
 */
export function openVector(
  scheme: AdditiveScheme,
  publicKey: PublicKey,
  name: VectorName,
  context: VectorContext,
  text: string,
  expectedHash: string,
): Ciphertext[] {
  if (context.keyId !== publicKey.keyId) throw new ComparisonError('bad-vector', `${name}: another key`);
  let encoded: Uint8Array;
  let ciphertexts: Ciphertext[];
  try {
    encoded = fromBase64url(text);
    ciphertexts = scheme.decodeCiphertexts(publicKey, encoded, context.bits);
  } catch (cause) {
    throw new ComparisonError('bad-vector', `${name}: not ${context.bits} ciphertexts under this key`, {
      cause,
    });
  }
  const actual = fromBase64url(vectorHash(name, context, encoded));
  if (!equalBytes(actual, fromBase64url(expectedHash))) {
    throw new ComparisonError('bad-vector', `${name}: does not have the recorded hash`);
  }
  return ciphertexts;
}
