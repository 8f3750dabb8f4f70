import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerError } from './ledger';

/** A transaction that meets others on the same records is tried at most this often. */
const ATTEMPTS = 10;

/** Between two attempts, in milliseconds; at random up to `first`, doubled each time up to `longest`. */
export interface Pauses {
  readonly first: number;
  readonly longest: number;
}

/**
 * Tries again after a conflict, each time with a new proposal. With n transactions on one record one of
 * them wins per round, so `longest` should be many times what a round takes.
 * @throws what the last attempt failed with, or at once anything but a conflict
 */
export async function retryConflicts<T>({ first, longest }: Pauses, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      const isConflict = error instanceof LedgerError && error.code === 'conflict';
      if (!isConflict || count === ATTEMPTS) throw error;
      // Full jitter: those that met once should not meet again.
      await sleep(Math.random() * Math.min(longest, first * 2 ** count));
    }
  }
}
