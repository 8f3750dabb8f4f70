import { equalBytes, transcriptHash, type TranscriptField } from '@tacit/core';
import { RistrettoError } from './errors';
import { type Element, type Group, type Scalar } from './group';
import { publicKeyOf, type RistrettoPublicKey } from './public-key';
import { drawScalar, isScalar, isZero, type RandomBytes } from './scalars';
import { sodiumGroup } from './sodium-group';

/**
 * s in [1, L). The private field keeps it out of logs and JSON, and everything that is computed from s starts here.
 * It does not survive a structured clone: it crosses threads and is stored as the bytes of `encodeSecretKey`.
 */
export class RistrettoSecretKey {
  readonly publicKey: RistrettoPublicKey;
  readonly #scalar: Scalar;

  constructor(
    readonly group: Group,
    scalar: Scalar,
  ) {
    this.#scalar = scalar;
    this.publicKey = publicKeyOf(group.multiplyBase(scalar));
  }

  /** s·p */
  multiply(p: Element): Element {
    return this.group.multiply(this.#scalar, p);
  }

  /** s·n mod L */
  multiplyScalar(n: Scalar): Scalar {
    return this.group.multiplyScalars(this.#scalar, n);
  }

  /** H(label, s, f…): a secret that depends on the key and on everything else that is given. */
  derive(label: string, ...fields: readonly TranscriptField[]): Uint8Array {
    return transcriptHash(label, this.#scalar, ...fields);
  }

  scalar(): Scalar {
    return Uint8Array.from(this.#scalar);
  }
}

export interface RistrettoKeyPair {
  readonly publicKey: RistrettoPublicKey;
  readonly secretKey: RistrettoSecretKey;
}

/** s uniform in [1, L), from 64 random bytes; P = s·G. */
export function keygen(random: RandomBytes, group: Group = sodiumGroup): RistrettoKeyPair {
  const secretKey = new RistrettoSecretKey(group, drawScalar(group, random));
  return { publicKey: secretKey.publicKey, secretKey };
}

/** s, 32 bytes little-endian. Secret: the caller encrypts it at rest. */
export function encodeSecretKey(secretKey: RistrettoSecretKey): Uint8Array {
  return secretKey.scalar();
}

/** @throws RistrettoError `bad-secret-key` unless the bytes are s in [1, L) with s·G = P. */
export function decodeSecretKey(
  publicKey: RistrettoPublicKey,
  bytes: Uint8Array,
  group: Group = sodiumGroup,
): RistrettoSecretKey {
  if (isScalar(bytes) && !isZero(bytes)) {
    const secretKey = new RistrettoSecretKey(group, Uint8Array.from(bytes));
    if (equalBytes(secretKey.publicKey.point, publicKey.point)) return secretKey;
  }
  throw new RistrettoError('bad-secret-key', 'not the secret of this key');
}
