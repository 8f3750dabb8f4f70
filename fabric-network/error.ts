import { ToolError } from '../tools/tool';

export type FabricNetworkErrorCode =
  | 'missing-program'
  | 'old-program'
  | 'port-in-use'
  | 'process-died'
  | 'not-ready'
  | 'command-failed'
  | 'not-running'
  | 'unknown-company';

/** The Fabric network could not do what it was asked to; the message says what to do. */
export class FabricNetworkError extends ToolError {
  override readonly name = 'FabricNetworkError';

  constructor(
    readonly code: FabricNetworkErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message);
    if (options?.cause !== undefined) this.cause = options.cause;
  }
}
