/** A decimal without sign: the form of every range end and limit. */
export const POSITIVE_DECIMAL = /^(0|[1-9][0-9]{0,19})(\.[0-9]{1,18})?$/;

/**
 * Sign of a − b, exactly: −1, 0 or 1. Floating-point numbers would put 0.1 + 0.2 on the wrong side of 0.3.
 * @param a decimal text such as `0.32`, with or without a sign and trailing zeros; so is b
 */
export function compareDecimals(a: string, b: string): -1 | 0 | 1 {
  const digits = Math.max(fractionOf(a).length, fractionOf(b).length);
  const difference = inSteps(a, digits) - inSteps(b, digits);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

function fractionOf(decimal: string): string {
  return decimal.split('.')[1] ?? '';
}

/** value × 10^digits */
function inSteps(decimal: string, digits: number): bigint {
  const [whole = ''] = decimal.split('.');
  return BigInt(whole + fractionOf(decimal).padEnd(digits, '0'));
}
