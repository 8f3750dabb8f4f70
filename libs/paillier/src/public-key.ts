import { bigintToBytes, bytesToBigint, keyIdOf, type PublicKey } from '@tacit/core';
import { PaillierError } from './errors';
import { bitLength } from './integers';
import { modulusLength, type PaillierProfile } from './profiles';
import { hasFactorBelow } from './small-factors';

/** n = p·q with g = 1 + n. Plain data: it survives a structured clone. */
export interface PaillierPublicKey extends PublicKey {
  /** n, of exactly the profile's bits. */
  readonly modulus: bigint;
  /** n², the ciphertext modulus. */
  readonly modulusSquared: bigint;
}

/** The key of an n that is known to be good. */
export function publicKeyOf(profile: PaillierProfile, modulus: bigint): PaillierPublicKey {
  const length = modulusLength(profile);
  return {
    profile: profile.name,
    keyId: keyIdOf(profile.name, bigintToBytes(modulus, length)),
    ciphertextLength: 2 * length,
    modulus,
    modulusSquared: modulus * modulus,
  };
}

/**
 * n from its W big-endian bytes. That n is a product of two primes cannot be seen here; the key proof of
 * `protocol.md`, section 5, is about that.
 * @throws PaillierError `bad-public-key` for any other length, an even n, not exactly the profile's bits, or a
 *   prime factor below the profile's bound.
 */
export function decodePublicKey(profile: PaillierProfile, bytes: Uint8Array): PaillierPublicKey {
  if (bytes.length !== modulusLength(profile)) throw bad('length');
  const modulus = bytesToBigint(bytes);
  if (bitLength(modulus) !== profile.modulusBits) throw bad('bit length');
  if (modulus % 2n === 0n || hasFactorBelow(modulus, profile.smallestFactor)) throw bad('factor');
  return publicKeyOf(profile, modulus);
}

export function encodePublicKey(profile: PaillierProfile, publicKey: PaillierPublicKey): Uint8Array {
  return bigintToBytes(publicKey.modulus, modulusLength(profile));
}

/** @throws PaillierError `wrong-key` when something made under one key meets another. */
export function requireSameKey(key: { readonly keyId: string }, other: { readonly keyId: string }): void {
  if (key.keyId !== other.keyId) throw new PaillierError('wrong-key', 'made under another key');
}

function bad(what: string): PaillierError {
  return new PaillierError('bad-public-key', `public key refused: ${what}`);
}
