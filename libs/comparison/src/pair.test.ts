import { randomBytes } from 'node:crypto';
import { bitsOf, comparedValues, lotReference } from './pair';

describe('pairs', () => {
  it('compares readings under bit and one-sided differences under magnitude', () => {
    expect(comparedValues('bit', 45n, 41n)).toEqual({ x: 45n, y: 41n });
    expect(comparedValues('magnitude', 45n, 41n)).toEqual({ x: 4n, y: 0n });
    expect(comparedValues('magnitude', 41n, 76n)).toEqual({ x: 0n, y: 35n });
    expect(comparedValues('magnitude', 7n, 7n)).toEqual({ x: 0n, y: 0n });
  });

  it('writes bits least significant first and refuses what does not fit', () => {
    expect(bitsOf(11n, 8)).toEqual([1, 1, 0, 1, 0, 0, 0, 0]);
    expect(() => bitsOf(256n, 8)).toThrow('8 bits');
    expect(() => bitsOf(-1n, 8)).toThrow('8 bits');
  });

  it('names lots by a salted hash', () => {
    const salt = randomBytes(32);
    expect(lotReference(salt, 'L1')).toBe(lotReference(salt, 'L1'));
    expect(lotReference(salt, 'L1')).not.toBe(lotReference(randomBytes(32), 'L1'));
    expect(() => lotReference(randomBytes(16), 'L1')).toThrow('32 bytes');
  });
});
