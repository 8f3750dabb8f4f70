import { TacitError } from '@tacit/core';

export type PaillierErrorCode =
  | 'unknown-profile'
  | 'bad-public-key'
  | 'bad-secret-key'
  | 'bad-ciphertext'
  | 'bad-plaintext'
  | 'bad-nonce-factors'
  | 'wrong-key'
  | 'unsuitable-key'
  | 'nonce-spent'
  | 'nonces-used-up'
  | 'not-zero'
  | 'computation-fault';

/** Every refusal of this library. */
export class PaillierError extends TacitError<PaillierErrorCode> {
  override readonly name = 'PaillierError';
}
