import { bytesToBigint, fromBase64url } from '@tacit/core';
import { gcd } from 'bigint-crypto-utils';

/** A public key that was seen in a pair; n as big-endian bytes in base64url. */
export interface SeenKey {
  readonly pairId: string;
  readonly publicKey: string;
}

/**
 * The pairs whose modulus has a factor in common with n. Two keys with a common prime are both broken, and a
 * verifier who sees one key at a time cannot notice. One gcd with the product of all keys seen, mod n, answers for
 * all of them; only a hit looks at each.
 *
 * @param publicKey n > 1, as in `SeenKey`
 */
export function pairsSharingFactor(publicKey: string, seen: readonly SeenKey[]): string[] {
  const n = modulusOf(publicKey);
  const moduli = seen.map((key) => ({ pairId: key.pairId, modulus: modulusOf(key.publicKey) }));
  const product = moduli.reduce((whole, { modulus }) => (whole * (modulus % n)) % n, 1n);
  if (gcd(product, n) === 1n) return [];
  return moduli.filter(({ modulus }) => gcd(modulus, n) !== 1n).map(({ pairId }) => pairId);
}

function modulusOf(publicKey: string): bigint {
  return bytesToBigint(fromBase64url(publicKey));
}
