import { toBase64url, type BitEncryptor, type BitProver } from '@tacit/core';
import { bitProver, type Opening } from './bit-prover';
import { encodeCiphertexts, type RistrettoCiphertext } from './ciphertext';
import { RistrettoError } from './errors';
import { type Scalar } from './group';
import type { Nonce } from './nonces';
import { requireSameKey, type RistrettoPublicKey } from './public-key';
import { smallScalar, type RandomBytes } from './scalars';
import type { RistrettoSecretKey } from './secret-key';

/** Encrypts bits, and proves of what it has encrypted that they are bits. */
export interface RistrettoEncryptor extends BitEncryptor<RistrettoPublicKey, RistrettoCiphertext> {
  /** @param random 32 bytes for each proof */
  prover(random: RandomBytes): BitProver<RistrettoCiphertext>;
}

/**
 * The key holder's encryptor with prepared nonces, each used once. It remembers r of every ciphertext for the
 * proofs, and so it is as secret as what it encrypts: it is dropped when they have been made.
 * @throws RistrettoError `wrong-key`; its `encryptBit` throws `nonces-used-up` and `nonce-spent`.
 */
export function bitEncryptor(secretKey: RistrettoSecretKey, nonces: readonly Nonce[]): RistrettoEncryptor {
  const { publicKey } = secretKey;
  for (const nonce of nonces) requireSameKey(publicKey, nonce);
  const left = nonces.values();
  const openings = new Map<string, Opening>();
  return {
    publicKey,
    encryptBit(bit) {
      const next = left.next();
      if (next.done) throw new RistrettoError('nonces-used-up', 'no nonce is left');
      const nonce = next.value.spend();
      const ciphertext = encryptWithNonce(secretKey, smallScalar(bit), nonce);
      openings.set(nameOf(ciphertext), { nonce, digit: bit });
      return ciphertext;
    },
    prover: (random) => bitProver(secretKey, (ciphertext) => openings.get(nameOf(ciphertext)), random),
  };
}

/**
 * (A, B) = (r·G, (m + r·s)·G), which is (r·G, m·G + r·P) for a third of the cost: multiples of G come from a table.
 * The same work for every m.
 */
export function encryptWithNonce(
  secretKey: RistrettoSecretKey,
  m: Scalar,
  nonce: Scalar,
): RistrettoCiphertext {
  const { group, publicKey } = secretKey;
  return {
    keyId: publicKey.keyId,
    a: group.multiplyBase(nonce),
    b: group.multiplyBase(group.addScalars(m, secretKey.multiplyScalar(nonce))),
  };
}

function nameOf(ciphertext: RistrettoCiphertext): string {
  return toBase64url(encodeCiphertexts([ciphertext]));
}
