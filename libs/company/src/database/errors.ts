import { TacitError } from '@tacit/core';

export type DatabaseErrorCode =
  'nested-transaction' | 'not-in-transaction' | 'schema-change-needs-migration' | 'state-in-use' | 'closed';

/** The database cannot be used as asked; every code but `state-in-use` is a mistake in the program. */
export class DatabaseError extends TacitError<DatabaseErrorCode> {
  override readonly name = 'DatabaseError';
}
