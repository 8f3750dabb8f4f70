import { toBase64url, transcriptHash } from '@tacit/core';
import type { Measure } from './agreement';
import { ComparisonError } from './errors';

/** The two integers that are compared bit by bit. */
export interface ComparedValues {
  readonly x: bigint;
  readonly y: bigint;
}

/**
 * Encoded readings X (at t) and Y (at t+1) ↦ the integers whose bits are encrypted.
 *
 * `bit`: X and Y. `magnitude`: X′ = max(X − Y, 0) and Y′ = max(Y − X, 0); one of them is 0, so their first
 * differing bit is the leading bit of |X − Y|. DEVIATION: `magnitude` is ours; under `bit` 1.27 → 1.28 and
 * 0.76 → 1.32 give the same answer.
 */
export function comparedValues(measure: Measure, x: bigint, y: bigint): ComparedValues {
  if (measure === 'bit') return { x, y };
  const difference = x - y;
  return { x: difference > 0n ? difference : 0n, y: difference < 0n ? -difference : 0n };
}

/**
 * The k bits of a value, least significant first: bit i weighs 2^i.
 * @throws ComparisonError `reading-out-of-range` unless 0 ≤ value < 2^k.
 */
export function bitsOf(value: bigint, k: number): (0 | 1)[] {
  if (value < 0n || value >= 1n << BigInt(k)) {
    throw new ComparisonError('reading-out-of-range', `the value does not fit in ${k} bits`);
  }
  return Array.from({ length: k }, (_, i) => ((value >> BigInt(i)) & 1n ? 1 : 0));
}

/** lotRef = H("lot", 32-byte salt, label) as base64url: names a lot on a channel without telling its label. */
export function lotReference(salt: Uint8Array, lot: string): string {
  if (salt.length !== 32) throw new ComparisonError('bad-record', 'the salt of a lot has 32 bytes');
  return toBase64url(transcriptHash('lot', salt, lot));
}
