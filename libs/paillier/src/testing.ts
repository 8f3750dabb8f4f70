import type { PaillierProfile } from './profiles';

/**
 * A profile for tests only: keys of any even size, small enough to break by hand. No name of this kind is among
 * `PAILLIER_PROFILES`, so nothing that looks a profile up can ever accept such a key.
 */
export function testProfile(modulusBits: number): PaillierProfile {
  return { name: `paillier-test-${modulusBits}`, modulusBits, securityBits: 32, smallestFactor: 3 };
}
