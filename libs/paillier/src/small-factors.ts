import { gcd } from 'bigint-crypto-utils';

const primorials = new Map<number, bigint>();

/** Whether n > 1 has a prime factor below `bound`; one gcd with the product of all primes below it. */
export function hasFactorBelow(n: bigint, bound: number): boolean {
  let primorial = primorials.get(bound);
  if (primorial === undefined) {
    primorial = product(primesBelow(bound));
    primorials.set(bound, primorial);
  }
  return gcd(primorial % n, n) !== 1n;
}

function primesBelow(bound: number): bigint[] {
  const composite = new Uint8Array(bound);
  const primes: bigint[] = [];
  for (let candidate = 2; candidate < bound; candidate++) {
    if (composite[candidate]) continue;
    primes.push(BigInt(candidate));
    for (let multiple = candidate * candidate; multiple < bound; multiple += candidate)
      composite[multiple] = 1;
  }
  return primes;
}

/** Product by halves, so that the factors of every multiplication have like sizes. */
function product(factors: readonly bigint[]): bigint {
  if (factors.length <= 1) return factors[0] ?? 1n;
  const middle = factors.length >> 1;
  return product(factors.slice(0, middle)) * product(factors.slice(middle));
}
