import { TacitError } from '@tacit/core';

export type ComparisonErrorCode =
  | 'bad-reading'
  | 'reading-out-of-range'
  | 'bad-agreement'
  | 'bad-record'
  | 'bad-vector'
  | 'request-mismatch'
  | 'bad-answer';

/** A value that does not take part in the protocol as it stands; `code` says which check refused it. */
export class ComparisonError extends TacitError<ComparisonErrorCode> {
  override readonly name = 'ComparisonError';
}
