import { formatSteps, type Agreement, type ComparisonOutcome, type ComparedValues } from '@tacit/comparison';

type Terms = Pick<Agreement, 'scale' | 'offset' | 'unit'>;

/** `moisture rose by 0.32 to 0.63 g/cm²` */
export function changeInWords(quantity: string, { direction, range }: ComparisonOutcome): string {
  if (direction === 'same') return `${quantity} did not change`;
  const amount = range.min === range.max ? range.min : `${range.min} to ${range.max}`;
  return `${quantity} ${direction === 'rise' ? 'rose' : 'fell'} by ${amount} ${range.unit}`;
}

/**
 * The value that `bit` betrays: the first differing bit i is 0 in the lower reading and 1 in the higher, so
 *   lower < m·2^i ≤ higher   with m = ⌊higher / 2^i⌋,
 * and whoever knows the bits above i knows m.
 * @param encoded the readings as encoded integers
 * @returns m·2^i as decimal text in the agreement's unit
 */
export function betrayedBoundary({ x, y }: ComparedValues, index: number, { scale, offset }: Terms): string {
  const i = BigInt(index);
  const higher = x > y ? x : y;
  return formatSteps(((higher >> i) << i) - BigInt(offset), scale);
}

/** 2^i steps as decimal text in the agreement's unit. */
export function stepOfBit(index: number, scale: number): string {
  return formatSteps(1n << BigInt(index), scale);
}

/** What an outcome under `bit` tells beyond the change. */
export function boundaryInWords(encoded: ComparedValues, index: number, terms: Terms): string {
  const { unit, scale } = terms;
  const from =
    terms.offset === '0' ? '' : `, counted from ${formatSteps(-BigInt(terms.offset), scale)} ${unit}`;
  return (
    `a multiple of ${stepOfBit(index, scale)} ${unit}${from} lies between the two readings; ` +
    `here it is ${betrayedBoundary(encoded, index, terms)} ${unit}: ` +
    'one reading is below it, the other is not'
  );
}
