import { ToolError } from '../../tools/tool';

export type BrokerErrorCode =
  'missing-program' | 'port-in-use' | 'process-died' | 'not-ready' | 'not-ours' | 'bad-company';

/** The message broker could not do what it was asked to; the message says what to do. */
export class BrokerError extends ToolError {
  override readonly name = 'BrokerError';

  constructor(
    readonly code: BrokerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message);
    if (options?.cause !== undefined) this.cause = options.cause;
  }
}
