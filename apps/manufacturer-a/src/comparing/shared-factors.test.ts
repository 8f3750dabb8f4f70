import { bigintToBytes, toBase64url } from '@tacit/core';
import fc from 'fast-check';
import { pairsSharingFactor } from './shared-factors';

const key = (n: bigint): string => toBase64url(bigintToBytes(n, 8));
const seen = (...moduli: bigint[]): { pairId: string; publicKey: string }[] =>
  moduli.map((n, i) => ({ pairId: `pair-${i}`, publicKey: key(n) }));

const PRIMES = [1048583n, 1048589n, 1048601n, 1048609n, 1048613n, 1048627n, 1048633n, 1048661n];

describe('a factor in common with a key seen before', () => {
  it('is not there between products of different primes', () => {
    const others = seen(1048583n * 1048589n, 1048601n * 1048609n);
    expect(pairsSharingFactor(key(1048613n * 1048627n), others)).toEqual([]);
  });

  it('names the one pair with a common prime', () => {
    const others = seen(1048601n * 1048609n, 1048583n * 1048589n, 1048633n * 1048661n);
    expect(pairsSharingFactor(key(1048583n * 1048613n), others)).toEqual(['pair-1']);
  });

  it('names a pair with the very same key', () => {
    const n = 1048583n * 1048589n;
    expect(pairsSharingFactor(key(n), seen(n))).toEqual(['pair-0']);
  });

  it('is none when no key was seen before', () => {
    expect(pairsSharingFactor(key(1048583n * 1048589n), [])).toEqual([]);
  });

  it('agrees with looking at the primes', () => {
    const prime = fc.constantFrom(...PRIMES);
    const modulus = fc.tuple(prime, prime);
    fc.assert(
      fc.property(modulus, fc.array(modulus, { maxLength: 6 }), (own, others) => {
        const expected = others.flatMap((other, i) =>
          other.some((p) => own.includes(p)) ? [`pair-${i}`] : [],
        );
        const found = pairsSharingFactor(key(own[0] * own[1]), seen(...others.map(([p, q]) => p * q)));
        expect(found).toEqual(expected);
      }),
    );
  });
});
