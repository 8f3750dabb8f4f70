import type { NonceMethod } from '@tacit/paillier';

interface CoreSeconds {
  readonly key: number;
  readonly factor: number;
}

/**
 * Seconds of one core for a key and for one nonce factor. Measured on a 2-core virtual machine with Node 20 and
 * OpenSSL 3 (6144: an otherwise idle core; 3072: by the ratio of processor times in one run); another machine differs
 * by a factor of two or so. Encrypting with the stocked factors takes milliseconds and is left out.
 */
const CORE_SECONDS = {
  'paillier-3072': {
    uniform: { key: 0.25, factor: 0.008 },
    'short-exponent': { key: 0.8, factor: 0.0015 },
  },
  'paillier-6144': {
    uniform: { key: 3, factor: 0.049 },
    'short-exponent': { key: 9, factor: 0.005 },
  },
} as const satisfies Record<string, Record<NonceMethod, CoreSeconds>>;

export type PublishedProfile = keyof typeof CORE_SECONDS;

/** The profiles that this company publishes under; smaller keys exist in tests only. */
export const PUBLISHED_PROFILES = Object.keys(CORE_SECONDS) as PublishedProfile[];

export function isPublishedProfile(profile: string): profile is PublishedProfile {
  return Object.hasOwn(CORE_SECONDS, profile);
}

/** A pair takes a key of its own and 3k nonce factors, for x, y and w. */
export function pairCoreSeconds(profile: PublishedProfile, bits: number, method: NonceMethod): number {
  const { key, factor } = CORE_SECONDS[profile][method];
  return key + 3 * bits * factor;
}
