import type { EntityManager } from 'typeorm';

export interface Job<P = unknown> {
  readonly id: number;
  readonly kind: string;
  readonly key: string;
  readonly payload: P;
  /** Vain attempts so far. */
  readonly attempts: number;
  readonly createdAt: number;
}

/** What a finished job changes; runs in the transaction that deletes the job. Only database calls in here. */
export type Completion = (em: EntityManager) => Promise<void>;

export interface JobKind<P> {
  /** How many jobs of this kind run at once; 1 unless told. */
  readonly concurrency?: number;

  /**
   * Does the slow work, outside any transaction. It may run again after a crash, so everything it does outside the
   * database must be repeatable. `signal` aborts when the company stops; the job is then done at the next start.
   * Throw WaitingError to try again for as long as it takes, PermanentError to give up at once; after any other
   * error the job is tried `maxAttempts` times.
   */
  readonly handle: (job: Job<P>, signal: AbortSignal) => Promise<Completion>;

  /** Vain attempts, not counting those that waited, before the job becomes a dead letter; 8 unless told. */
  readonly maxAttempts?: number;

  /** Runs in the transaction that makes the job a dead letter. */
  readonly onDead?: (em: EntityManager, job: Job<P>, error: Error) => Promise<void>;
}
