import type { BitEncryptor } from '@tacit/core';
import type { PaillierCiphertext } from './ciphertext';
import { PaillierError } from './errors';
import type { NonceFactor } from './nonces';
import { requireSameKey, type PaillierPublicKey } from './public-key';

/**
 * c·(1+n)^m mod n², for c in [0, n²) and any integer m.
 *
 * (1+n)^m = 1 + m·n mod n², so this is c + n·(m·c mod n): one product of half the size.
 */
export function shiftPlaintext(publicKey: PaillierPublicKey, c: bigint, m: bigint): bigint {
  const { modulus, modulusSquared } = publicKey;
  const step = (m * (c % modulus)) % modulus;
  const shifted = c + modulus * (step < 0n ? step + modulus : step);
  return shifted < modulusSquared ? shifted : shifted - modulusSquared;
}

/**
 * c = (1+n)^m · r^n mod n² for m in [0, n) and a nonce factor r^n, which it spends.
 * @throws PaillierError `bad-plaintext`, `wrong-key`, `nonce-spent`
 */
export function encryptWithNonceFactor(
  publicKey: PaillierPublicKey,
  m: bigint,
  factor: NonceFactor,
): PaillierCiphertext {
  requireSameKey(publicKey, factor);
  if (m < 0n || m >= publicKey.modulus) throw new PaillierError('bad-plaintext', 'outside [0, n)');
  return { keyId: publicKey.keyId, value: shiftPlaintext(publicKey, factor.spend(), m) };
}

/**
 * Encrypts bits with prepared nonce factors, each used once; `encryptBit` does the same work for both bits.
 * @throws PaillierError `wrong-key`; its `encryptBit` throws `nonces-used-up` and `nonce-spent`.
 */
export function bitEncryptor(
  publicKey: PaillierPublicKey,
  factors: readonly NonceFactor[],
): BitEncryptor<PaillierPublicKey, PaillierCiphertext> {
  for (const factor of factors) requireSameKey(publicKey, factor);
  const left = factors.values();
  return {
    publicKey,
    encryptBit(bit) {
      const next = left.next();
      if (next.done) throw new PaillierError('nonces-used-up', 'no nonce factor is left');
      const zero = next.value.spend();
      const one = shiftPlaintext(publicKey, zero, 1n);
      return { keyId: publicKey.keyId, value: bit === 1 ? one : zero };
    },
  };
}
