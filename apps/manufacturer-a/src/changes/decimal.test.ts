import { formatSteps } from '@tacit/comparison';
import fc from 'fast-check';
import { compareDecimals, POSITIVE_DECIMAL } from './decimal';

describe('comparing decimals', () => {
  it.each([
    ['0.32', '0.10', 1],
    ['0.10', '0.1', 0],
    ['0.1', '0.10', 0],
    ['0.04', '0.10', -1],
    ['10', '9.99', 1],
    ['0.30', '0.3000000000000000001', -1],
    ['12345678901234567.01', '12345678901234567.02', -1],
    ['-0.5', '0.5', -1],
    ['-0.5', '-0.4', -1],
    ['0', '-0.1', 1],
  ])('%s and %s: %i', (a, b, expected) => {
    expect(compareDecimals(a, b)).toBe(expected);
    expect(compareDecimals(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  it('is exact where floating-point numbers are not', () => {
    expect(Number('0.1000000000000000055')).toBe(Number('0.1'));
    expect(compareDecimals('0.1000000000000000055', '0.1')).toBe(1);
  });

  it('agrees with the integers that the decimals stand for, at any scale', () => {
    const steps = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
    const scale = fc.nat({ max: 18 });
    fc.assert(
      fc.property(steps, steps, scale, scale, (a, b, scaleA, scaleB) => {
        const [left, right] = [a * 10n ** BigInt(scaleB), b * 10n ** BigInt(scaleA)];
        const expected = left < right ? -1 : left > right ? 1 : 0;
        expect(compareDecimals(formatSteps(a, scaleA), formatSteps(b, scaleB))).toBe(expected);
      }),
    );
  });
});

describe('the form of a limit', () => {
  it.each(['0.10', '1', '0', '12.000000000000000001'])('takes %s', (text) => {
    expect(POSITIVE_DECIMAL.test(text)).toBe(true);
  });

  it.each(['', '-1', '+1', '.5', '1.', '01', '1e3', 'NaN', '0x10', '1,5', ' 1', '1'.repeat(21)])(
    'refuses %j',
    (text) => {
      expect(POSITIVE_DECIMAL.test(text)).toBe(false);
    },
  );
});
