import { TacitError } from '@tacit/core';

/** Which check of `openEnvelope` refused; in the order in which they run. */
export type EnvelopeErrorCode =
  | 'size'
  | 'malformed'
  | 'header'
  | 'body'
  | 'unknown-type'
  | 'recipient'
  | 'lifetime'
  | 'not-yet-valid'
  | 'expired'
  | 'certificate'
  | 'signature';

/** A signed envelope that is refused. The code is for the recipient's log; the sender is told one constant body. */
export class EnvelopeError extends TacitError<EnvelopeErrorCode> {
  override readonly name = 'EnvelopeError';
}

/** `key`: not an X25519 key; `sealed`: not openable with this key, under this binding. */
export type SealedErrorCode = 'key' | 'sealed';

export class SealedError extends TacitError<SealedErrorCode> {
  override readonly name = 'SealedError';
}

/**
 * `payload`, `content`: another shape than the type's; `evidence`: enclosed envelopes that do not fit together;
 * `sealed`: a batch that was not sealed with the company's own key.
 */
export type MessageErrorCode = 'unknown-type' | 'payload' | 'content' | 'evidence' | 'sealed';

/** A message of a verified sender whose payload is not what its type promises. */
export class MessageError extends TacitError<MessageErrorCode> {
  override readonly name = 'MessageError';
}

/**
 * `forbidden`: the broker refuses this user; `bad-config`: a file of the connection's settings cannot be read.
 */
export type TransportErrorCode =
  | 'bad-address'
  | 'bad-config'
  | 'too-large'
  | 'unreachable'
  | 'forbidden'
  | 'timeout'
  | 'bad-reply'
  | 'bad-request'
  | 'closed';

/**
 * A message that was not acknowledged. Whether it arrived is unknown for `unreachable`, `timeout` and `bad-reply`:
 * sending the same envelope again is safe, because the recipient stores it by sender and id.
 */
export class TransportError extends TacitError<TransportErrorCode> {
  override readonly name = 'TransportError';
}
