import { concat, type Ciphertext } from '@tacit/core';
import { RistrettoError } from './errors';
import { ELEMENT_LENGTH, IDENTITY, type Element, type Group } from './group';
import { CIPHERTEXT_LENGTH, requireSameKey, type RistrettoPublicKey } from './public-key';
import { isZero } from './scalars';

/** (A, B) = (r·G, m·G + r·P) under the key named by keyId. Plain data. */
export interface RistrettoCiphertext extends Ciphertext {
  readonly a: Element;
  readonly b: Element;
}

/**
 * Ciphertexts that stand one after another, 64 bytes A ‖ B each, as their owner publishes them.
 *
 * A published A that is the identity is refused: r = 0, and B = m·G would be readable by everyone. B is the identity
 * once in 2^252 times and is taken. What `add` and the others compute from decoded ciphertexts may have any A, and
 * nobody decodes it: whoever needs it computes it again and compares bytes.
 *
 * @throws RistrettoError `bad-ciphertext` on another length than `count` ciphertexts, an encoding that is not
 *   canonical, or A = identity.
 */
export function decodeCiphertexts(
  group: Group,
  { keyId }: RistrettoPublicKey,
  bytes: Uint8Array,
  count: number,
): RistrettoCiphertext[] {
  if (!Number.isInteger(count) || bytes.length !== count * CIPHERTEXT_LENGTH) {
    throw new RistrettoError('bad-ciphertext', 'not this many ciphertexts');
  }
  return Array.from({ length: count }, (_, i) => {
    const at = i * CIPHERTEXT_LENGTH;
    const a = bytes.slice(at, at + ELEMENT_LENGTH);
    const b = bytes.slice(at + ELEMENT_LENGTH, at + CIPHERTEXT_LENGTH);
    if (isZero(a) || !group.isElement(a) || !group.isElement(b)) {
      throw new RistrettoError('bad-ciphertext', 'not a ristretto255 ciphertext');
    }
    return { keyId, a, b };
  });
}

export function encodeCiphertexts(ciphertexts: readonly RistrettoCiphertext[]): Uint8Array {
  return concat(...ciphertexts.flatMap(({ a, b }) => [a, b]));
}

/**
 * (−A, −B), computed when somebody looks at it: `addCiphertexts` takes the original away instead, so that a
 * difference costs two operations of the group and not four.
 */
export class NegatedCiphertext implements RistrettoCiphertext {
  readonly keyId: string;

  constructor(
    private readonly group: Group,
    readonly original: RistrettoCiphertext,
  ) {
    this.keyId = original.keyId;
  }

  get a(): Element {
    return this.group.subtract(IDENTITY, this.original.a);
  }

  get b(): Element {
    return this.group.subtract(IDENTITY, this.original.b);
  }
}

/** (A + A′, B + B′) */
export function addCiphertexts(
  group: Group,
  publicKey: RistrettoPublicKey,
  one: RistrettoCiphertext,
  other: RistrettoCiphertext,
): RistrettoCiphertext {
  requireSameKey(publicKey, one);
  requireSameKey(publicKey, other);
  const { keyId } = publicKey;
  if (other instanceof NegatedCiphertext) {
    const { a, b } = other.original;
    return { keyId, a: group.subtract(one.a, a), b: group.subtract(one.b, b) };
  }
  return { keyId, a: group.add(one.a, other.a), b: group.add(one.b, other.b) };
}
