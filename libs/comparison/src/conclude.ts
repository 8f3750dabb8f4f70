// Table 5 of the paper: the evaluator reads the answer as a change of the quantity.
import type { Agreement } from './agreement';
import { findDifference, type Direction, type Finding } from './answer';
import { comparedValues } from './pair';
import { encodeReading, formatSteps, type Encoding } from './reading';

/** What the evaluator may say about the change from X to Y. */
export interface ComparisonOutcome {
  readonly direction: Direction;
  /** Index of the first differing bit; null ⇔ no change. */
  readonly index: number | null;
  /** Bounds of |X − Y|, both included, as decimal text in the agreement's unit. */
  readonly range: { readonly min: string; readonly max: string; readonly unit: string };
}

type Terms = Pick<Agreement, 'measure' | 'scale' | 'unit'>;

/**
 * The honest range of a finding, in steps of 10^−scale:
 *   `bit`:       1   ≤ |X − Y| ≤ 2^(i+1) − 1
 *   `magnitude`: 2^i ≤ |X − Y| ≤ 2^(i+1) − 1
 *
 * DEVIATION: the paper reads 2^i as the difference itself; 127 → 128 would then differ by 128.
 */
export function conclude({ measure, scale, unit }: Terms, { direction, index }: Finding): ComparisonOutcome {
  const i = BigInt(index ?? 0);
  const max = index === null ? 0n : (1n << (i + 1n)) - 1n;
  const min = index === null ? 0n : measure === 'magnitude' ? 1n << i : 1n;
  return { direction, index, range: { min: formatSteps(min, scale), max: formatSteps(max, scale), unit } };
}

/**
 * What the evaluator would learn from a series of readings under an agreement: one outcome for each consecutive
 * pair. For the key holder, before she proposes; needs no keys.
 * @throws ComparisonError for a reading that the agreement cannot encode.
 */
export function previewOutcomes(terms: Terms & Encoding, readings: readonly string[]): ComparisonOutcome[] {
  const encoded = readings.map((reading) => encodeReading(reading, terms));
  return encoded.slice(1).map((y, i) => {
    const values = comparedValues(terms.measure, encoded[i] ?? 0n, y);
    return conclude(terms, findDifference(values, terms.bits));
  });
}
