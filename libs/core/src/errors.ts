/**
 * Base of every error that Tacit raises on purpose. `code` is a word of a closed set (each library exports its
 * own union), safe to show and to branch on; `message` is for people and never contains a secret value.
 */
export class TacitError<Code extends string = string> extends Error {
  override readonly name: string = 'TacitError';

  constructor(
    readonly code: Code,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

export type CoreErrorCode = 'bad-encoding' | 'not-canonical';

/** A byte string, text or JSON value that does not have the one form it must have. */
export class EncodingError extends TacitError<CoreErrorCode> {
  override readonly name = 'EncodingError';
}
