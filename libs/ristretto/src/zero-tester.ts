import { equalBytes, type ZeroTester } from '@tacit/core';
import type { RistrettoCiphertext } from './ciphertext';
import { requireSameKey } from './public-key';
import type { RistrettoSecretKey } from './secret-key';

/** B = s·A, compared as canonical bytes without an early exit. Its `isZero` throws RistrettoError `wrong-key`. */
export function zeroTester(secretKey: RistrettoSecretKey): ZeroTester<RistrettoCiphertext> {
  return {
    isZero(ciphertext) {
      requireSameKey(secretKey.publicKey, ciphertext);
      return equalBytes(secretKey.multiply(ciphertext.a), ciphertext.b);
    },
  };
}
