import { bigintToBytes, concat } from '@tacit/core';
import {
  decodeSecretKey,
  encodeSecretKey,
  keygen,
  PAILLIER_PROFILES,
  paillierProfile,
  paillierScheme,
  testProfile,
} from '@tacit/paillier';
import { gcd } from 'bigint-crypto-utils';
import { inspect } from 'node:util';
import { bitLength } from './integers';
import { hasFactorBelow } from './small-factors';

/** gcd(n, φ(n)) = 1, two different primes of half the bits, n of exactly the bits. */
function expectSound(modulusBits: number, { p, q }: { p: bigint; q: bigint }): void {
  expect(bitLength(p * q)).toBe(modulusBits);
  expect([bitLength(p), bitLength(q)]).toEqual([modulusBits / 2, modulusBits / 2]);
  expect(p).not.toBe(q);
  expect(gcd(p * q, (p - 1n) * (q - 1n))).toBe(1n);
}

describe('key generation', () => {
  it('gives n of exactly the bits asked for, 200 times', () => {
    const lengths = [64, 66, 96, 128, 130, 192, 256, 320, 384, 512];
    for (let i = 0; i < 200; i++) {
      const modulusBits = lengths[i % lengths.length]!;
      const { publicKey, secretKey } = keygen(testProfile(modulusBits));
      expectSound(modulusBits, secretKey.primes());
      expect(publicKey.ciphertextLength).toBe(2 * Math.ceil(modulusBits / 8));
    }
  });

  it('gives primes 3 mod 4 with gcd(p−1, q−1) = 2 for short exponents', () => {
    for (let i = 0; i < 40; i++) {
      const { p, q } = keygen(testProfile(64 + 4 * i), 'short-exponent').secretKey.primes();
      expectSound(64 + 4 * i, { p, q });
      expect([p % 4n, q % 4n, gcd(p - 1n, q - 1n)]).toEqual([3n, 3n, 2n]);
    }
  });

  it('keeps the primes far enough apart for Fermat’s method to fail', () => {
    const { p, q } = keygen(testProfile(512)).secretKey.primes();
    expect(bitLength(p > q ? p - q : q - p)).toBeGreaterThan(156);
  });

  it.each(PAILLIER_PROFILES)(
    'makes and accepts keys of $name',
    (profile) => {
      const { publicKey, secretKey } = keygen(profile);
      expectSound(profile.modulusBits, secretKey.primes());
      const scheme = paillierScheme(profile);
      const bytes = scheme.encodePublicKey(publicKey);
      expect(bytes.length).toBe(profile.modulusBits / 8);
      expect(scheme.decodePublicKey(bytes)).toEqual(publicKey);
    },
    60_000,
  );

  it('shows no secret when a key is logged', () => {
    const { secretKey } = keygen(testProfile(128));
    const { p, q } = secretKey.primes();
    const shown = inspect(secretKey, { depth: 10, showHidden: true });
    for (const secret of [p, q]) expect(shown).not.toContain(secret.toString());
    expect(Object.keys(secretKey)).toEqual(['profile', 'publicKey']);
  });
});

describe('profiles', () => {
  it('are only the two real ones', () => {
    expect(PAILLIER_PROFILES.map(({ name }) => name)).toEqual(['paillier-6144', 'paillier-3072']);
    for (const name of ['paillier-1024', 'paillier-test-64', 'constructor', '']) {
      expect(() => paillierProfile(name)).toThrow(expect.objectContaining({ code: 'unknown-profile' }));
    }
  });
});

describe('public key bytes', () => {
  const profile = { ...testProfile(128), smallestFactor: 2 ** 20 };
  const scheme = paillierScheme(profile);
  const { publicKey, secretKey } = keygen(profile);
  const n = publicKey.modulus;
  const { p, q } = secretKey.primes();
  const [wide] = [keygen(testProfile(130)).publicKey.modulus];
  const smooth = (factor: bigint): bigint => {
    const rest = ((1n << 127n) / factor + (1n << 100n)) | 1n;
    return rest * factor;
  };

  it.each([
    ['empty', new Uint8Array(0)],
    ['one byte short', bigintToBytes(n, 16).subarray(1)],
    ['one byte long', concat(new Uint8Array(1), bigintToBytes(n, 16))],
    ['0', new Uint8Array(16)],
    ['1', bigintToBytes(1n, 16)],
    ['even', bigintToBytes(n - 1n, 16)],
    ['one bit short', bigintToBytes((n >> 1n) | 1n, 16)],
    ['a prime of half the length', bigintToBytes(p, 16)],
    ['two bits long', bigintToBytes(wide, 17)],
    ['all ones', new Uint8Array(16).fill(255)],
    ['3·m', bigintToBytes(smooth(3n), 16)],
    ['1048573·m', bigintToBytes(smooth(1_048_573n), 16)],
  ])('refuses n that is %s', (_, bytes) => {
    expect(() => scheme.decodePublicKey(bytes)).toThrow(expect.objectContaining({ code: 'bad-public-key' }));
  });

  it('accepts what was encoded, and names it by profile and bytes', () => {
    expect(scheme.decodePublicKey(scheme.encodePublicKey(publicKey))).toEqual(publicKey);
    const other = paillierScheme({ ...profile, name: 'paillier-test-other' });
    expect(other.decodePublicKey(bigintToBytes(n, 16)).keyId).not.toBe(publicKey.keyId);
  });

  it('finds every small factor and no large one', () => {
    for (const factor of [2n, 3n, 5n, 65_537n, 1_048_573n]) {
      expect(hasFactorBelow(factor * p, 2 ** 20)).toBe(true);
    }
    expect(hasFactorBelow(1_048_583n * q, 2 ** 20)).toBe(false);
  });

  it('decodes the secret key that belongs to the public key, and no other', () => {
    const bytes = encodeSecretKey(secretKey);
    expect(decodeSecretKey(profile, publicKey, bytes).primes()).toEqual({ p, q });
    const flipped = bytes.map((byte, i) => (i === 5 ? byte ^ 1 : byte));
    const foreign = encodeSecretKey(keygen(profile).secretKey);
    const trivial = concat(bigintToBytes(1n, 8), new Uint8Array(8).fill(255));
    for (const bad of [
      new Uint8Array(0),
      bytes.subarray(1),
      concat(bytes, bytes),
      flipped,
      foreign,
      trivial,
    ]) {
      expect(() => decodeSecretKey(profile, publicKey, bad)).toThrow(
        expect.objectContaining({ code: 'bad-secret-key' }),
      );
    }
  });
});
