import { generatePrimeSync } from 'node:crypto';
import { gcd } from 'bigint-crypto-utils';
import { bitLength } from './integers';

export interface PrimePair {
  readonly p: bigint;
  readonly q: bigint;
}

/**
 * Two primes of half the bits each whose product has exactly `modulusBits` bits, drawn by OpenSSL's generator.
 *
 * With `forShortExponents` also p ≡ q ≡ 3 mod 4 and gcd(p−1, q−1) = 2. OpenSSL then sets only the top bit of
 * each prime, so 38 % of the products are one bit short, and a third of the rest share a factor: retried.
 */
export function generatePrimePair(modulusBits: number, forShortExponents: boolean): PrimePair {
  const bits = modulusBits / 2;
  const options = forShortExponents ? { add: 4n, rem: 3n } : {};
  const draw = (): bigint => generatePrimeSync(bits, { ...options, bigint: true });
  for (;;) {
    const pair = { p: draw(), q: draw() };
    const exact = bitLength(pair.p) === bits && bitLength(pair.q) === bits;
    if (!exact || bitLength(pair.p * pair.q) !== modulusBits) continue;
    if (isFarApart(pair, bits) && (!forShortExponents || allowsShortExponents(pair))) return pair;
  }
}

/** p ≡ q ≡ 3 mod 4 and gcd(p−1, q−1) = 2: then −x² generates, up to chance, all of one index-2 subgroup. */
export function allowsShortExponents({ p, q }: PrimePair): boolean {
  return p % 4n === 3n && q % 4n === 3n && gcd(p - 1n, q - 1n) === 2n;
}

/** |p−q| > 2^(bits−100) (FIPS 186-5, A.1.3): Fermat's method finds primes that lie closer. */
function isFarApart({ p, q }: PrimePair, bits: number): boolean {
  const distance = p > q ? p - q : q - p;
  return distance > 1n << BigInt(Math.max(bits - 100, 0));
}
