import { TacitError } from '@tacit/core';

/** The work can never succeed: its job goes to the dead letters at once. */
export class PermanentError extends TacitError<'permanent'> {
  override readonly name = 'PermanentError';

  constructor(message: string, options?: { cause?: unknown }) {
    super('permanent', message, options);
  }
}

/** The work waits for somebody else, for as long as it takes. `counterparty` is a company or a part of the network. */
export class WaitingError extends TacitError<'waiting'> {
  override readonly name = 'WaitingError';

  constructor(
    readonly counterparty: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super('waiting', message, options);
  }
}
