/** A false statement passes a verifier with probability at most 2^−128 a try. */
const SOUNDNESS_BITS = 128;

/**
 * What is proven of n holds for prime factors from here on; smaller ones are found by one gcd. Each n-th root that
 * a prover shows halves the doubt this many times, and no more, however large the factors really are.
 */
const FACTOR_BITS = 20;

/** No prime below this may divide n. */
export const SMALLEST_FACTOR = 2 ** FACTOR_BITS;

/** Two different weights below 2^20 differ modulo every prime factor of n. */
export const WEIGHT_BITS = FACTOR_BITS;

/** n-th roots in a proof: 7, which makes 2^−140. */
export const ROOTS = Math.ceil(SOUNDNESS_BITS / FACTOR_BITS);
