import { TacitError } from '@tacit/core';

export type RistrettoErrorCode =
  | 'not-ready'
  | 'bad-public-key'
  | 'bad-secret-key'
  | 'bad-ciphertext'
  | 'bad-plaintext'
  | 'bad-nonces'
  | 'wrong-key'
  | 'nonce-spent'
  | 'nonces-used-up'
  | 'bad-statement'
  | 'not-zero'
  | 'not-encrypted-here'
  | 'computation-fault';

/** Every refusal of this library. */
export class RistrettoError extends TacitError<RistrettoErrorCode> {
  override readonly name = 'RistrettoError';
}
