import type { AdditiveScheme } from '@tacit/core';
import {
  addCiphertexts,
  decodeCiphertexts,
  encodeCiphertexts,
  NegatedCiphertext,
  type RistrettoCiphertext,
} from './ciphertext';
import { RistrettoError } from './errors';
import { BASE, IDENTITY, type Element, type Group } from './group';
import { decodePublicKey, requireSameKey, RISTRETTO_PROFILE, type RistrettoPublicKey } from './public-key';
import { scalarOf } from './scalars';
import { ristrettoProofs, type RistrettoProofs } from './proofs';
import { sodiumGroup } from './sodium-group';

export interface RistrettoScheme extends AdditiveScheme<RistrettoPublicKey, RistrettoCiphertext> {
  readonly proofs: RistrettoProofs;
}

/** Lifted ElGamal over ristretto255 as the port of `libs/core`: the plaintext stands in the exponent, modulo L. */
export function ristrettoScheme(group: Group = sodiumGroup): RistrettoScheme {
  return {
    profile: RISTRETTO_PROFILE,
    proofs: ristrettoProofs(group),
    decodePublicKey: (bytes) => decodePublicKey(group, bytes),
    encodePublicKey: ({ point }) => Uint8Array.from(point),
    decodeCiphertexts: (publicKey, bytes, count) => decodeCiphertexts(group, publicKey, bytes, count),
    encodeCiphertexts,
    add: (publicKey, a, b) => addCiphertexts(group, publicKey, a, b),
    addPlaintext: (publicKey, a, m) => shiftPlaintext(group, publicKey, a, m),
    multiplyPlaintext: (publicKey, a, m) => multiplyPlaintext(group, publicKey, a, m),
    negateAll: (publicKey, ciphertexts) =>
      ciphertexts.map((ciphertext) => {
        requireSameKey(publicKey, ciphertext);
        return new NegatedCiphertext(group, ciphertext);
      }),
  };
}

/** (A, B + m·G) for any public integer m. */
function shiftPlaintext(
  group: Group,
  publicKey: RistrettoPublicKey,
  c: RistrettoCiphertext,
  m: bigint,
): RistrettoCiphertext {
  requireSameKey(publicKey, c);
  const size = m < 0n ? -m : m;
  const step = size === 1n ? BASE : group.multiplyBase(scalarOf(size));
  return { keyId: publicKey.keyId, a: c.a, b: m < 0n ? group.subtract(c.b, step) : group.add(c.b, step) };
}

/** (m·A, m·B) */
function multiplyPlaintext(
  group: Group,
  publicKey: RistrettoPublicKey,
  c: RistrettoCiphertext,
  m: bigint,
): RistrettoCiphertext {
  requireSameKey(publicKey, c);
  if (m < 0n) throw new RistrettoError('bad-plaintext', 'multiplier below 0');
  return { keyId: publicKey.keyId, a: smallMultiple(group, m, c.a), b: smallMultiple(group, m, c.b) };
}

/** m·p from the top bit of m down: for the factors of the protocol a fraction of a full multiplication. */
function smallMultiple(group: Group, m: bigint, p: Element): Element {
  if (m === 0n) return IDENTITY;
  let multiple = p;
  for (const bit of m.toString(2).slice(1)) {
    multiple = group.add(multiple, multiple);
    if (bit === '1') multiple = group.add(multiple, p);
  }
  return multiple;
}
