import { setTimeout as sleep } from 'node:timers/promises';
import { LedgerError } from './ledger';

/** How often a transaction that meets others on the same records is tried. */
export interface RetryBounds {
  readonly attempts: number;
  /** Pauses between attempts, in milliseconds: at random up to `first`, doubled each time up to `longest`. */
  readonly first: number;
  readonly longest: number;
}

/**
 * Tries again after a conflict, each time with a new proposal.
 *
 * @param again how to try again, where that differs: one after the other, for instance
 * @throws what the last attempt failed with, or at once anything but a conflict
 */
export async function retryConflicts<T>(
  { attempts, first, longest }: RetryBounds,
  attempt: () => Promise<T>,
  again = attempt,
): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await (count === 1 ? attempt() : again());
    } catch (error) {
      const isConflict = error instanceof LedgerError && error.code === 'conflict';
      if (!isConflict || count === attempts) throw error;
      // Full jitter: those that met once should not meet again.
      await sleep(Math.random() * Math.min(longest, first * 2 ** count));
    }
  }
}
