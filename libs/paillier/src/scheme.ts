import type { AdditiveScheme } from '@tacit/core';
import { decodeCiphertexts, encodeCiphertexts, type PaillierCiphertext } from './ciphertext';
import { shiftPlaintext } from './encrypt';
import { PaillierError } from './errors';
import { inverseModuloSquare } from './integers';
import { keyProofs } from './key-proof';
import { modulusLength, type PaillierProfile } from './profiles';
import { decodePublicKey, encodePublicKey, requireSameKey, type PaillierPublicKey } from './public-key';
import { zeroProofs } from './zero-proof';

export type PaillierScheme = AdditiveScheme<PaillierPublicKey, PaillierCiphertext>;

/** Paillier with g = 1 + n as the port of `libs/core`; every result is the least residue in [1, n²). */
export function paillierScheme(profile: PaillierProfile): PaillierScheme {
  return {
    profile: profile.name,
    proofs: { zeros: zeroProofs, key: keyProofs(profile) },
    decodePublicKey: (bytes) => decodePublicKey(profile, bytes),
    encodePublicKey: (publicKey) => encodePublicKey(profile, publicKey),
    decodeCiphertexts,
    encodeCiphertexts: (ciphertexts) => encodeCiphertexts(2 * modulusLength(profile), ciphertexts),
    add,
    addPlaintext,
    multiplyPlaintext,
    negateAll,
  };
}

/** c ← a·b mod n² */
function add(publicKey: PaillierPublicKey, a: PaillierCiphertext, b: PaillierCiphertext): PaillierCiphertext {
  requireSameKey(publicKey, a);
  requireSameKey(publicKey, b);
  return { keyId: publicKey.keyId, value: (a.value * b.value) % publicKey.modulusSquared };
}

/** c ← a·(1 + m·n) mod n² */
function addPlaintext(publicKey: PaillierPublicKey, a: PaillierCiphertext, m: bigint): PaillierCiphertext {
  requireSameKey(publicKey, a);
  return { keyId: publicKey.keyId, value: shiftPlaintext(publicKey, a.value, m) };
}

/** c ← a^m mod n², from the exponent's top bit down. */
function multiplyPlaintext(
  publicKey: PaillierPublicKey,
  a: PaillierCiphertext,
  m: bigint,
): PaillierCiphertext {
  requireSameKey(publicKey, a);
  if (m < 0n) throw new PaillierError('bad-plaintext', 'multiplier below 0');
  let value = 1n;
  for (const bit of m.toString(2)) {
    if (value !== 1n) value = (value * value) % publicKey.modulusSquared;
    if (bit === '1') value = value === 1n ? a.value : (value * a.value) % publicKey.modulusSquared;
  }
  return { keyId: publicKey.keyId, value };
}

/**
 * c_i ← a_i^−1 mod n², all from the inverse of their product (Montgomery's trick).
 *
 * DEVIATION: formula (6) raises to n − 1, which encrypts the same but costs about a thousand times as much and
 * gives other bytes; the inverse is unique, so two parties obtain the same ciphertexts.
 */
function negateAll(
  publicKey: PaillierPublicKey,
  ciphertexts: readonly PaillierCiphertext[],
): PaillierCiphertext[] {
  const { keyId, modulus, modulusSquared } = publicKey;
  let product = 1n;
  const factors = ciphertexts.map((ciphertext) => {
    requireSameKey(publicKey, ciphertext);
    const before = product;
    product = (product * ciphertext.value) % modulusSquared;
    return { before, value: ciphertext.value };
  });
  let inverse = inverseModuloSquare(product, modulus, modulusSquared);
  const negated = factors.reverse().map(({ before, value }) => {
    const negative = (inverse * before) % modulusSquared;
    inverse = (inverse * value) % modulusSquared;
    return { keyId, value: negative };
  });
  return negated.reverse();
}
