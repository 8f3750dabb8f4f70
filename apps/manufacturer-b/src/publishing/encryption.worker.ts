// Runs in a thread of its own: a hundred ciphertexts take tens of milliseconds from coding to hash.
import { encryptPair, type EncryptedPair } from '@tacit/comparison';
import { TacitError, type BitEncryptor } from '@tacit/core';
import {
  bitEncryptor,
  decodeNonceFactors,
  paillierProfile,
  paillierScheme,
  type PaillierCiphertext,
  type PaillierPublicKey,
} from '@tacit/paillier';

export interface EncryptionTask {
  readonly profile: string;
  readonly publicKey: Uint8Array;
  /** As `makeFactors` gave them, 3k in all. Secret, and spent here. */
  readonly nonceFactors: readonly Uint8Array[];
  readonly pairId: string;
  readonly bits: number;
  /** The compared values as decimal text. Confidential. */
  readonly x: string;
  readonly y: string;
}

/** Table 1 of the paper for one pair. @throws TacitError `nonce-repeated` if two nonce factors are equal. */
export function encrypt(task: EncryptionTask): EncryptedPair {
  const scheme = paillierScheme(paillierProfile(task.profile));
  const publicKey = scheme.decodePublicKey(task.publicKey);
  const factors = task.nonceFactors.flatMap((part) => decodeNonceFactors(publicKey, part));
  const encryptor = withDistinctNonces(bitEncryptor(publicKey, factors));
  const { pairId, bits } = task;
  return encryptPair(scheme, encryptor, { pairId, bits, x: BigInt(task.x), y: BigInt(task.y) });
}

/** c mod n = r^n mod n: with g = 1 + n everybody sees a nonce that is used twice, so nothing like it may go out. */
function withDistinctNonces(
  encryptor: BitEncryptor<PaillierPublicKey, PaillierCiphertext>,
): BitEncryptor<PaillierPublicKey, PaillierCiphertext> {
  const seen = new Set<bigint>();
  return {
    publicKey: encryptor.publicKey,
    encryptBit: (bit) => {
      const ciphertext = encryptor.encryptBit(bit);
      const nonce = ciphertext.value % encryptor.publicKey.modulus;
      if (seen.has(nonce)) throw new TacitError('nonce-repeated', 'a nonce factor came up twice');
      seen.add(nonce);
      return ciphertext;
    },
  };
}
