import { ComparisonError } from './errors';

/** How a quantity's decimal values become integers that can be encrypted bit by bit. */
export interface Encoding {
  /** Fractional digits, 0 to 18. */
  readonly scale: number;
  /** Added after scaling so that negative values fit; in steps of 10^−scale, as decimal text. */
  readonly offset: string;
  /** k, the number of bits. */
  readonly bits: number;
}

const DECIMAL = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;
const MAX_CHARACTERS = 42;

/**
 * encoded = value × 10^scale + offset, an exact integer in [0, 2^k − 1] (protocol, section 1).
 *
 * DEVIATION: the paper multiplies by 10 although its own data have two decimals; the scale is agreed instead.
 *
 * @param value decimal text such as `0.45`; never a floating-point number, which could not be exact.
 * @throws ComparisonError `bad-reading` for another form or too many fractional digits (trailing zeros count),
 *   `reading-out-of-range` when the integer does not fit in k bits.
 */
export function encodeReading(value: string, { scale, offset, bits }: Encoding): bigint {
  if (value.length > MAX_CHARACTERS || !DECIMAL.test(value)) {
    throw new ComparisonError('bad-reading', 'a reading is a decimal number such as 0.45');
  }
  if (/^-[0.]+$/.test(value)) throw new ComparisonError('bad-reading', 'zero has no sign');
  const [whole = '', fraction = ''] = value.split('.');
  if (fraction.length > scale) {
    throw new ComparisonError('bad-reading', `at most ${scale} fractional digits were agreed`);
  }
  const encoded = BigInt(whole + fraction.padEnd(scale, '0')) + BigInt(offset);
  if (encoded < 0n || encoded >= 1n << BigInt(bits)) {
    throw new ComparisonError(
      'reading-out-of-range',
      `the value does not fit in ${bits} bits with this scale and offset`,
    );
  }
  return encoded;
}

/** A number of steps of 10^−scale as decimal text: 32 steps at scale 2 are `0.32`. */
export function formatSteps(steps: bigint, scale: number): string {
  const sign = steps < 0n ? '-' : '';
  const digits = (steps < 0n ? -steps : steps).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-scale)}`;
}
