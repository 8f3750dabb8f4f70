import { keyIdOf, type PublicKey } from '@tacit/core';
import { RistrettoError } from './errors';
import { ELEMENT_LENGTH, type Element, type Group } from './group';
import { isZero } from './scalars';

/** The name of the one profile that this library has (`protocol.md`, section 2). */
export const RISTRETTO_PROFILE = 'ristretto255';

/** Length of a ciphertext A ‖ B. */
export const CIPHERTEXT_LENGTH = 2 * ELEMENT_LENGTH;

/** P = s·G, not the identity. Plain data: it survives a structured clone. */
export interface RistrettoPublicKey extends PublicKey {
  /** P */
  readonly point: Element;
}

/** The key of a point that is known to be good. */
export function publicKeyOf(point: Element): RistrettoPublicKey {
  return {
    profile: RISTRETTO_PROFILE,
    keyId: keyIdOf(RISTRETTO_PROFILE, point),
    ciphertextLength: CIPHERTEXT_LENGTH,
    point,
  };
}

/**
 * Every element but the identity is a sound key: the group's order is prime, so there is nothing more to prove.
 * @throws RistrettoError `bad-public-key` for anything else.
 */
export function decodePublicKey(group: Group, bytes: Uint8Array): RistrettoPublicKey {
  if (bytes.length !== ELEMENT_LENGTH || isZero(bytes) || !group.isElement(bytes)) {
    throw new RistrettoError('bad-public-key', 'not a ristretto255 public key');
  }
  return publicKeyOf(Uint8Array.from(bytes));
}

/** @throws RistrettoError `wrong-key` when something made under one key meets another. */
export function requireSameKey(key: { readonly keyId: string }, other: { readonly keyId: string }): void {
  if (key.keyId !== other.keyId) throw new RistrettoError('wrong-key', 'made under another key');
}
