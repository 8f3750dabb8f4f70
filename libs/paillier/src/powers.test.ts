import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { bytesToBigint } from '@tacit/core';
import { modPow } from 'bigint-crypto-utils';
import { fixedBasePower } from './fixed-base';
import { nthPower } from './nth-powers';
import { bigintPower, opensslPower, powerModulo } from './powers';
import { generatePrimePair } from './primes';
import { publicKeyOf } from './public-key';
import { testProfile } from './testing';

const bits = (length: number): bigint => bytesToBigint(randomBytes(length / 8));

describe('powers through OpenSSL', () => {
  const { p } = generatePrimePair(1024, false);
  const square = p * p;
  const power = opensslPower(square);

  it('agree with BigInt on random odd moduli, bases and exponents', () => {
    const modulusOf = (low: bigint): bigint => (1n << 639n) | low | 1n;
    fc.assert(
      fc.property(
        fc.bigInt(0n, (1n << 639n) - 1n),
        fc.bigInt(0n, 1n << 700n),
        fc.bigInt(0n, 1n << 256n),
        (low, base, exponent) => {
          const modulus = modulusOf(low);
          expect(opensslPower(modulus)(base, exponent)).toBe(modPow(base, exponent, modulus));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('agree before and after the switch to the exact modulus', () => {
    const fresh = opensslPower(square);
    for (let use = 0; use < 20; use++) {
      const base = bits(1000);
      expect(fresh(base, p)).toBe(modPow(base, p, square));
    }
  });

  it('agree at the size of p² for 6144-bit keys', () => {
    const modulus = (1n << 6143n) | bits(6136) | 1n;
    const [base, exponent] = [bits(6136), bits(448)];
    expect(powerModulo(modulus)(base, exponent)).toBe(modPow(base, exponent, modulus));
  });

  it.each([0n, 1n, square - 1n, square, square + 1n, 2n * square - 1n])('take the base %#', (base) => {
    for (const exponent of [0n, 1n, 2n, 3n, p]) {
      expect(power(base, exponent)).toBe(modPow(base, exponent, square));
    }
  });

  it('give the results 1, −1 and 0, which Diffie–Hellman refuses', () => {
    const order = p * (p - 1n);
    for (const use of [1, 2, 3, 4, 5, 6, 7, 8]) {
      const base = bits(1000);
      expect(power(base, order)).toBe(1n);
      expect([1n, square - 1n]).toContain(power(base, order / 2n));
      expect(power(p * BigInt(use), 2n)).toBe(0n);
    }
    expect(power(1n + p, p)).toBe(1n);
    expect(power(p - 1n, p)).toBe(square - 1n);
  });

  it.each([
    ['even', 1n << 600n],
    ['small', 35n],
    ['longer than OpenSSL takes', (1n << 10_000n) + 1n],
  ])('leave a modulus that is %s to BigInt', (_, modulus) => {
    expect(powerModulo(modulus)(3n, 1000n)).toBe(3n ** 1000n % modulus);
    expect(bigintPower(modulus)(3n, 1000n)).toBe(3n ** 1000n % modulus);
  });
});

describe('powers of a fixed base', () => {
  it.each([8, 16, 72, 128, 320, 448])('agree with BigInt for exponents of %i bits', (exponentBits) => {
    const modulus = (1n << 255n) | bits(248) | 1n;
    const base = bits(248);
    const power = fixedBasePower(base, modulus, exponentBits);
    const ends = [new Uint8Array(exponentBits / 8), new Uint8Array(exponentBits / 8).fill(255)];
    const drawn = Array.from({ length: 20 }, () => new Uint8Array(randomBytes(exponentBits / 8)));
    for (const exponent of [...ends, ...drawn]) {
      const value = bytesToBigint(exponent.toReversed());
      expect(power(exponent)).toBe(modPow(base, value, modulus));
    }
  });
});

describe('n-th powers modulo n²', () => {
  it.each([
    ['two digits to the base n', [16, 64, 72, 128, 248]],
    ['OpenSSL', [256, 1024]],
    ['two digits, where n² is longer than OpenSSL takes', [4640]],
  ])('agree with BigInt: %s', (_, lengths) => {
    for (const length of lengths) {
      const modulus = (1n << BigInt(length - 1)) | bits(length - 8) | 1n;
      const { modulusSquared, ...key } = publicKeyOf(testProfile(length), modulus);
      const power = nthPower({ modulusSquared, ...key });
      const drawn = Array.from({ length: length > 1000 ? 1 : 20 }, () => bits(length) % modulus);
      for (const root of [0n, 1n, 2n, modulus - 1n, ...drawn]) {
        expect(power(root)).toBe(modPow(root, modulus, modulusSquared));
      }
    }
  });

  it('agree with plain arithmetic for small n, odd or not', () => {
    for (let n = 3n; n < 300n; n += 11n) {
      const power = nthPower(publicKeyOf(testProfile(16), n));
      for (let r = 0n; r < n; r += 7n) if (power(r) !== r ** n % (n * n)) throw new Error(`${r}^${n}`);
    }
  });
});
