import fc from 'fast-check';
import { encodeReading, formatSteps } from './reading';

describe('readings', () => {
  const encoding = { scale: 2, offset: '0', bits: 32 };

  it.each([
    ['0.45', 45n],
    ['1.32', 132n],
    ['0', 0n],
    ['7', 700n],
    ['0.5', 50n],
    ['42949672.95', 4294967295n],
  ])('encodes %s exactly', (value, encoded) => {
    expect(encodeReading(value, encoding)).toBe(encoded);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '.5',
    '5.',
    '01',
    '1e5',
    '0x1',
    'NaN',
    'Infinity',
    '1,5',
    '-0',
    '-0.00',
    '１',
    '--1',
    '1.2.3',
  ])('refuses %j', (value) => {
    expect(() => encodeReading(value, encoding)).toThrow(expect.objectContaining({ code: 'bad-reading' }));
  });

  it('refuses more fractional digits than agreed, even zeros', () => {
    for (const value of ['0.450', '0.451'])
      expect(() => encodeReading(value, encoding)).toThrow('2 fractional digits');
    expect(() => encodeReading('1.0', { ...encoding, scale: 0 })).toThrow('0 fractional digits');
  });

  it('refuses ten thousand digits before they become an integer', () => {
    expect(() => encodeReading('9'.repeat(10_000), encoding)).toThrow(
      expect.objectContaining({ code: 'bad-reading' }),
    );
  });

  it('refuses what does not fit in k bits', () => {
    for (const value of ['42949672.96', '-0.01']) {
      expect(() => encodeReading(value, encoding)).toThrow(
        expect.objectContaining({ code: 'reading-out-of-range' }),
      );
    }
    expect(encodeReading('-0.01', { ...encoding, offset: '1' })).toBe(0n);
  });

  it('is undone by formatSteps', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.integer({ min: 0, max: 6 }), (steps, scale) => {
        const text = formatSteps(steps, scale);
        expect(encodeReading(text, { scale, offset: '1000000000000000', bits: 64 })).toBe(steps + 10n ** 15n);
      }),
    );
  });
});
