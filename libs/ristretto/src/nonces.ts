import { concat, equalBytes, fromBase64url } from '@tacit/core';
import { RistrettoError } from './errors';
import { SCALAR_LENGTH, type Group, type Scalar } from './group';
import { requireSameKey, type RistrettoPublicKey } from './public-key';
import { drawScalar, isScalar, isZero, type RandomBytes } from './scalars';
import { sodiumGroup } from './sodium-group';

/**
 * r in [1, L), the randomness of one ciphertext. Whoever learns it reads that message; used twice, it shows the
 * difference of two messages. So the value comes out once.
 */
export class Nonce {
  #value: Scalar | undefined;

  constructor(
    readonly keyId: string,
    value: Scalar,
  ) {
    this.#value = value;
  }

  /** @throws RistrettoError `nonce-spent` the second time. */
  spend(): Scalar {
    const value = this.#value;
    if (value === undefined) throw new RistrettoError('nonce-spent', 'this nonce was used before');
    this.#value = undefined;
    return value;
  }
}

/** Nonces for one key, uniform in [1, L). */
export function makeNonces(
  publicKey: RistrettoPublicKey,
  count: number,
  random: RandomBytes,
  group: Group = sodiumGroup,
): Nonce[] {
  return Array.from({ length: count }, () => new Nonce(publicKey.keyId, drawScalar(group, random)));
}

/**
 * keyId ‖ the nonces, 32 bytes each. Spends them: from here on they are in the bytes. Secret: the caller encrypts
 * them at rest and decodes each byte string once.
 */
export function encodeNonces(publicKey: RistrettoPublicKey, nonces: readonly Nonce[]): Uint8Array {
  for (const nonce of nonces) requireSameKey(publicKey, nonce);
  return concat(fromBase64url(publicKey.keyId), ...nonces.map((nonce) => nonce.spend()));
}

/** @throws RistrettoError `bad-nonces` unless the bytes are `encodeNonces` of this very key. */
export function decodeNonces(publicKey: RistrettoPublicKey, bytes: Uint8Array): Nonce[] {
  const keyId = fromBase64url(publicKey.keyId);
  const body = bytes.subarray(keyId.length);
  const values = Array.from({ length: Math.ceil(body.length / SCALAR_LENGTH) }, (_, i) =>
    body.slice(i * SCALAR_LENGTH, (i + 1) * SCALAR_LENGTH),
  );
  const whole = equalBytes(bytes.subarray(0, keyId.length), keyId);
  if (!whole || !values.every((value) => isScalar(value) && !isZero(value))) {
    throw new RistrettoError('bad-nonces', 'not nonces of this key');
  }
  return values.map((value) => new Nonce(publicKey.keyId, value));
}
