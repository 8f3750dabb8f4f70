import type { ZeroTester } from '@tacit/core';
import { modInv } from 'bigint-crypto-utils';
import type { PaillierCiphertext } from './ciphertext';
import { requireSameKey } from './public-key';
import type { PaillierSecretKey } from './secret-key';

/**
 * The plaintext in [0, n), by CRT.
 *
 * Modulo p², c = (1 + m·n)·R with R^p = R, so c^p = R and c − c^p = m·n·c^p, whence
 * m = ((c − c^p)/p) · (q·c)^−1 mod p; and the same with p and q exchanged. The usual c^(p−1) would be 1 for every
 * zero, which OpenSSL refuses.
 * @throws PaillierError `wrong-key`
 */
export function decrypt(secretKey: PaillierSecretKey, ciphertext: PaillierCiphertext): bigint {
  requireSameKey(secretKey.publicKey, ciphertext);
  const { modulus } = secretKey.publicKey;
  const [mp, mq] = secretKey.inHalves(({ prime, square, power }) => {
    const c = ciphertext.value % square;
    const difference = (c - power(c, prime) + square) % square;
    return ((difference / prime) * modInv((modulus / prime) * c, prime)) % prime;
  });
  return secretKey.joinModulo(mp, mq);
}

/**
 * true ⇔ the plaintext is 0 ⇔ c^p = c mod p² and c^q = c mod q²; both are computed whatever the first says.
 * false for a number that is not a unit.
 * @throws PaillierError `wrong-key`
 */
export function isZero(secretKey: PaillierSecretKey, ciphertext: PaillierCiphertext): boolean {
  requireSameKey(secretKey.publicKey, ciphertext);
  const [zeroP, zeroQ] = secretKey.inHalves(({ prime, square, power }) => {
    const c = ciphertext.value % square;
    return power(c, prime) === c && c !== 0n;
  });
  return zeroP && zeroQ;
}

export function zeroTester(secretKey: PaillierSecretKey): ZeroTester<PaillierCiphertext> {
  return { isZero: (ciphertext) => isZero(secretKey, ciphertext) };
}
