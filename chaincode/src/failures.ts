import { canonicalBytes, TacitError } from '@tacit/core';

/**
 * The peer could not read or write what the contract asked for. Not a TacitError: it is not the contract's refusal,
 * and the same proposal may succeed later or on another peer.
 */
export class PeerFailure extends Error {
  override readonly name = 'PeerFailure';

  constructor(
    readonly code: 'unavailable' | 'not-a-member',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  /** Tells a private collection that others keep from everything else that a peer may fail with. */
  static of(cause: unknown): PeerFailure {
    if (cause instanceof PeerFailure) return cause;
    const text = cause instanceof Error ? cause.message : String(cause);
    return /does not have (read|write) access permission|collection .* could not be found/i.test(text)
      ? new PeerFailure('not-a-member', 'the private collection is kept by others', { cause })
      : new PeerFailure('unavailable', 'the peer could not serve the contract', { cause });
  }
}

/** A call that no contract of this chaincode takes. */
export class UnknownFunctionError extends Error {
  override readonly name = 'UnknownFunctionError';
  readonly code = 'unknown-function';
}

/**
 * RFC 8785 JSON `{code, message}`, which the gateway driver reads. A contract's own refusal keeps its code; a failure
 * of any other kind says nothing about what failed.
 */
export function refusalOf(error: unknown): string {
  const known =
    error instanceof TacitError || error instanceof PeerFailure || error instanceof UnknownFunctionError;
  const { code, message } = known
    ? (error as { code: string; message: string })
    : { code: 'contract-failed', message: 'the contract failed' };
  return new TextDecoder().decode(canonicalBytes({ code, message }));
}

/** Is there a cause that only the operator of this process should see? */
export function isFault(error: unknown): boolean {
  return !(error instanceof TacitError || error instanceof UnknownFunctionError);
}
