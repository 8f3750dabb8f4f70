import { bigintToBytes, bytesToBigint, concat, type Ciphertext } from '@tacit/core';
import { gcd } from 'bigint-crypto-utils';
import { PaillierError } from './errors';
import type { PaillierPublicKey } from './public-key';

/** c in [1, n²) with gcd(c, n) = 1, under the key named by keyId. Plain data. */
export interface PaillierCiphertext extends Ciphertext {
  readonly value: bigint;
}

/**
 * Units modulo n² that stand one after another, 2W big-endian bytes each. One gcd for all of them: their product
 * is prime to n exactly when each is.
 * @returns undefined on another length than `count` values, a value outside (0, n²), or gcd ≠ 1 with n.
 */
export function decodeUnits(
  publicKey: PaillierPublicKey,
  bytes: Uint8Array,
  count: number,
): bigint[] | undefined {
  const { modulus, modulusSquared, ciphertextLength } = publicKey;
  if (!Number.isInteger(count) || bytes.length !== count * ciphertextLength) return undefined;
  const values = Array.from({ length: count }, (_, i) =>
    bytesToBigint(bytes.subarray(i * ciphertextLength, (i + 1) * ciphertextLength)),
  );
  if (values.some((value) => value >= modulusSquared)) return undefined;
  const product = values.reduce((whole, value) => (whole * (value % modulus)) % modulus, 1n);
  return gcd(product, modulus) === 1n ? values : undefined;
}

/** @throws PaillierError `bad-ciphertext`: see `decodeUnits`. */
export function decodeCiphertexts(
  publicKey: PaillierPublicKey,
  bytes: Uint8Array,
  count: number,
): PaillierCiphertext[] {
  const values = decodeUnits(publicKey, bytes, count);
  if (!values) throw new PaillierError('bad-ciphertext', 'not ciphertexts under this key');
  return values.map((value) => ({ keyId: publicKey.keyId, value }));
}

/** @param length 2W, bytes of each. */
export function encodeCiphertexts(length: number, ciphertexts: readonly PaillierCiphertext[]): Uint8Array {
  return concat(...ciphertexts.map(({ value }) => bigintToBytes(value, length)));
}
