import { randomBytes } from 'node:crypto';
import { bytesToBigint } from '@tacit/core';
import { modPow } from 'bigint-crypto-utils';

/**
 * What the paper's encryption spends its time on: r^n mod n² for a fresh random r, square and multiply, without
 * the factors of n.
 */
export function textbookNonceFactor(n: bigint): bigint {
  const r = bytesToBigint(randomBytes(Math.ceil(n.toString(16).length / 2) + 8)) % n;
  return modPow(r, n, n * n);
}
