import { PaillierError } from './errors';
import { SMALLEST_FACTOR } from './proof-parameters';

/** The sizes of one kind of key (`protocol.md`, section 2). */
export interface PaillierProfile {
  readonly name: string;
  /** Exact bit length of n = p·q; even, because p and q have half of it each. */
  readonly modulusBits: number;
  /** κ: an attack should cost about 2^κ steps. */
  readonly securityBits: number;
  /** A public key with a prime factor below this is refused. */
  readonly smallestFactor: number;
}

/**
 * How the factors r^n mod n² are drawn.
 *
 * `uniform`: exactly uniform among the n-th powers of units, as r^n for uniform r is; no further assumption.
 * `short-exponent`: h^(n·a) for h = −x² mod n and short random a (Damgård, Jurik, Nielsen, Int. J. Inf. Secur. 9,
 * 2010): about ten times faster, under the assumption that powers of an unknown h with (2κ+64)-bit exponents
 * cannot be told from powers with full exponents. Needs a key made for it.
 */
export type NonceMethod = 'uniform' | 'short-exponent';

/** The profiles that companies may agree on. */
export const PAILLIER_PROFILES: readonly PaillierProfile[] = [
  { name: 'paillier-6144', modulusBits: 6144, securityBits: 192, smallestFactor: SMALLEST_FACTOR },
  { name: 'paillier-3072', modulusBits: 3072, securityBits: 128, smallestFactor: SMALLEST_FACTOR },
];

/** @throws PaillierError `unknown-profile` */
export function paillierProfile(name: string): PaillierProfile {
  const profile = PAILLIER_PROFILES.find((candidate) => candidate.name === name);
  if (!profile) throw new PaillierError('unknown-profile', 'not a Paillier profile');
  return profile;
}

/** W, the length of n in bytes; a ciphertext takes 2W. */
export function modulusLength(profile: PaillierProfile): number {
  return Math.ceil(profile.modulusBits / 8);
}

/** Length of one prime in bytes. */
export function primeLength(profile: PaillierProfile): number {
  return Math.ceil(profile.modulusBits / 2 / 8);
}

/** Bits of a short nonce exponent: 2κ against collisions of exponents, 64 more so that κ survives many targets. */
export function shortExponentBits(profile: PaillierProfile): number {
  return 2 * profile.securityBits + 64;
}
