import { LedgerError, type LedgerErrorCode } from '../ledger';
import type { Peer } from './peer';

/** Between the company's process and the worker thread that is its peer. */
export type PeerMethod = keyof Peer;

export interface PeerCall {
  readonly id: number;
  readonly method: PeerMethod;
  readonly parameters: readonly unknown[];
}

export type PeerReply =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: PlainError };

export interface PeerOptions {
  readonly networkDir: string;
  readonly company: string;
}

/** A LedgerError loses its class between threads. */
interface PlainError {
  readonly code: LedgerErrorCode;
  readonly message: string;
  readonly contractCode: string | undefined;
  readonly txId: string | undefined;
  /** For the log; text, because not every cause can be sent. */
  readonly cause: string | undefined;
}

export function toPlainError(error: unknown): PlainError {
  const { code, message, contractCode, txId, cause } =
    error instanceof LedgerError
      ? error
      : new LedgerError('unavailable', 'the dev ledger does not work', { cause: error });
  return { code, message, contractCode, txId, cause: cause instanceof Error ? cause.stack : undefined };
}

export function toLedgerError({ code, message, contractCode, txId, cause }: PlainError): LedgerError {
  return new LedgerError(code, message, {
    ...(contractCode !== undefined && { contractCode }),
    ...(txId !== undefined && { txId }),
    cause,
  });
}
