import type { Power } from './powers';

/** A random product of two large primes passes even one of them with negligible probability. */
const BASES = [2n, 3n, 5n, 7n];

/**
 * true only for composite n, shown by a Miller–Rabin witness; false for every prime. An odd n > 7.
 * @param power powers modulo n
 */
export function isShownComposite(n: bigint, power: Power): boolean {
  const even = n - 1n;
  let twos = 0;
  while ((even >> BigInt(twos)) % 2n === 0n) twos++;
  return BASES.some((base) => isWitness(power(base, even >> BigInt(twos)), twos, n));
}

/** n is composite if base^d ≠ 1 and base^(d·2^i) ≠ −1 for all i < twos, with n − 1 = d·2^twos. */
function isWitness(power: bigint, twos: number, n: bigint): boolean {
  if (power === 1n) return false;
  let square = power;
  for (let i = 0; i < twos; i++) {
    if (square === n - 1n) return false;
    square = (square * square) % n;
  }
  return true;
}
