/**
 * Seconds of one core for one key and for one nonce factor, by profile. Measured with exactly uniform factors on an
 * otherwise idle core of a 2-core virtual machine, Node 20, OpenSSL 3; a company's own machine differs by a factor
 * of two or so. Encrypting with the stocked factors takes milliseconds and is left out.
 */
const CORE_SECONDS = {
  'paillier-3072': { key: 0.25, factor: 0.0075 },
  'paillier-6144': { key: 3, factor: 0.049 },
} as const;

export type PublishedProfile = keyof typeof CORE_SECONDS;

/** The profiles that this company publishes under; smaller keys exist in tests only. */
export const PUBLISHED_PROFILES = Object.keys(CORE_SECONDS) as PublishedProfile[];

export function isPublishedProfile(profile: string): profile is PublishedProfile {
  return Object.hasOwn(CORE_SECONDS, profile);
}

/** A pair takes a key of its own and 3k nonce factors, for x, y and w. */
export function pairCoreSeconds(profile: PublishedProfile, bits: number): number {
  const { key, factor } = CORE_SECONDS[profile];
  return key + 3 * bits * factor;
}
