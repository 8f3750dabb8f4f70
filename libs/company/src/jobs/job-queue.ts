import { In, LessThanOrEqual, type EntityManager } from 'typeorm';
import type { Database } from '../database';
import { fault, registerFault } from '../operations/faults';
import type { Log } from '../operations/logging';
import { backoffDelay, LONGEST_DELAY } from './backoff';
import { PermanentError, WaitingError } from './errors';
import { JobEntity, type JobState } from './job.entity';
import type { Completion, JobKind } from './job-kind';

/** Longest text of an error that is kept with a job. */
const ERROR_LENGTH = 500;

export interface JobQueueHooks {
  /** Told of every attempt that ended. */
  readonly attempted?: (kind: string, outcome: 'done' | 'waiting' | 'failed' | 'dead') => void;
}

export interface Waiting {
  readonly counterparty: string;
  readonly jobs: number;
  /** When the longest wait began, milliseconds UTC. */
  readonly since: number;
}

/**
 * Durable work. A job is added by the transaction that makes the work necessary and deleted by the transaction that
 * records its result, so a crash at any point loses nothing and records nothing twice.
 */
export class JobQueue {
  readonly #kinds = new Map<string, JobKind<unknown>>();
  readonly #running = new Map<string, Set<Promise<void>>>();
  readonly #stopping = new AbortController();
  #started = false;
  #pumping: Promise<void> | undefined;
  #pumpAgain = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly database: Database,
    private readonly log: Log,
    private readonly hooks: JobQueueHooks = {},
  ) {}

  /** Declares a kind of job. Before `start`; each kind once. */
  register<P>(kind: string, definition: JobKind<P>): void {
    if (this.#kinds.has(kind)) throw new Error(`job kind registered twice: ${kind}`);
    this.#kinds.set(kind, definition as unknown as JobKind<unknown>);
    this.#running.set(kind, new Set());
    registerFault(`${kind}.claimed`, `${kind}.handled`, `${kind}.committed`);
  }

  /**
   * Adds a job within the caller's transaction; does nothing when the kind already has a job with this key, even a
   * dead one. It is started as soon as the transaction has committed.
   * @param notBefore milliseconds UTC
   */
  async add(
    em: EntityManager,
    kind: string,
    key: string,
    payload: object,
    options: { readonly notBefore?: number } = {},
  ): Promise<void> {
    if (!this.#kinds.has(kind)) throw new Error(`no handler is registered for jobs of kind ${kind}`);
    const now = Date.now();
    await em
      .createQueryBuilder()
      .insert()
      .into(JobEntity)
      .values({
        kind,
        key,
        payload,
        state: 'queued',
        notBefore: options.notBefore ?? now,
        attempts: 0,
        failures: 0,
        createdAt: now,
      })
      .orIgnore()
      .execute();
    this.database.afterCommit(() => {
      this.#wake();
    });
  }

  /** Starts working, beginning with what an earlier process left unfinished. */
  async start(): Promise<void> {
    await this.database.transaction((em) => em.update(JobEntity, { state: 'running' }, { state: 'queued' }));
    this.#started = true;
    this.#wake();
  }

  /** Starts nothing more, tells the running jobs to stop and waits for them. */
  async stop(): Promise<void> {
    this.#started = false;
    this.#stopping.abort();
    clearTimeout(this.#timer);
    await this.#pumping;
    await Promise.allSettled([...this.#running.values()].flatMap((jobs) => [...jobs]));
  }

  /** Number of jobs by kind and state. */
  async counts(): Promise<readonly { kind: string; state: JobState; count: number }[]> {
    const rows = await this.database.read((em) =>
      em
        .createQueryBuilder(JobEntity, 'job')
        .select(['job.kind AS kind', 'job.state AS state', 'COUNT(*) AS count'])
        .groupBy('job.kind')
        .addGroupBy('job.state')
        .getRawMany<{ kind: string; state: JobState; count: number | string }>(),
    );
    return rows.map((row) => ({ ...row, count: Number(row.count) }));
  }

  /** Whom the queued jobs wait for, the longest wait first. */
  async waiting(): Promise<readonly Waiting[]> {
    const rows = await this.database.read((em) =>
      em
        .createQueryBuilder(JobEntity, 'job')
        .select(['job.waitingFor AS counterparty', 'COUNT(*) AS jobs', 'MIN(job.waitingSince) AS since'])
        .where('job.waitingFor IS NOT NULL')
        .groupBy('job.waitingFor')
        .getRawMany<{ counterparty: string; jobs: number | string; since: number | string }>(),
    );
    return rows
      .map((row) => ({ counterparty: row.counterparty, jobs: Number(row.jobs), since: Number(row.since) }))
      .sort((a, b) => a.since - b.since);
  }

  /** Queues a dead letter again, with all its attempts. Resolves to false when there is no such dead letter. */
  async retry(id: number): Promise<boolean> {
    return this.database.transaction(async (em) => {
      const job = await em.findOneBy(JobEntity, { id, state: 'dead' });
      if (job === null) return false;
      await em.update(
        JobEntity,
        { id },
        { state: 'queued', notBefore: Date.now(), attempts: 0, failures: 0 },
      );
      this.database.afterCommit(() => {
        this.#wake();
      });
      return true;
    });
  }

  #wake(): void {
    if (!this.#started) return;
    this.#pumpAgain = true;
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      if (this.#pumpAgain) this.#wake();
    });
  }

  /** Starts whatever is due, then sleeps until the next job is. Every added or finished job wakes it. */
  async #pump(): Promise<void> {
    clearTimeout(this.#timer);
    while (this.#started && this.#pumpAgain) {
      this.#pumpAgain = false;
      try {
        for (const job of await this.#claim()) this.#run(job);
        await this.#sleepUntilNext();
      } catch (error) {
        this.log.error({ err: error }, 'the job queue cannot read the database');
        this.#wakeIn(LONG_PAUSE);
      }
    }
  }

  /** Marks due jobs of kinds with free places as running, the oldest first. */
  async #claim(): Promise<readonly JobEntity[]> {
    const claimed: JobEntity[] = [];
    const free = new Map(this.#freePlaces());
    if (free.size === 0) return claimed;
    const due = await this.database.read((em) => this.#due(em, [...free.keys()]));
    if (due.length === 0) return claimed;
    await this.database.transaction(async (em) => {
      for (;;) {
        const kinds = [...free].filter(([, places]) => places > 0).map(([kind]) => kind);
        const jobs = kinds.length === 0 ? [] : await this.#due(em, kinds);
        if (jobs.length === 0) return;
        for (const job of jobs) {
          const places = free.get(job.kind) ?? 0;
          if (places === 0) continue;
          free.set(job.kind, places - 1);
          await em.update(JobEntity, { id: job.id }, { state: 'running' });
          claimed.push(job);
        }
      }
    });
    return claimed;
  }

  #due(em: EntityManager, kinds: readonly string[]): Promise<JobEntity[]> {
    return em.find(JobEntity, {
      where: { state: 'queued', notBefore: LessThanOrEqual(Date.now()), kind: In([...kinds]) },
      order: { notBefore: 'ASC', id: 'ASC' },
      take: 50,
    });
  }

  #freePlaces(): [string, number][] {
    return [...this.#kinds]
      .map(([kind, definition]): [string, number] => [
        kind,
        (definition.concurrency ?? 1) - (this.#running.get(kind)?.size ?? 0),
      ])
      .filter(([, places]) => places > 0);
  }

  async #sleepUntilNext(): Promise<void> {
    const kinds = this.#freePlaces().map(([kind]) => kind);
    if (kinds.length === 0) return;
    const [next] = await this.database.read((em) =>
      em.find(JobEntity, {
        select: { id: true, notBefore: true },
        where: { state: 'queued', kind: In(kinds) },
        order: { notBefore: 'ASC' },
        take: 1,
      }),
    );
    if (next !== undefined) this.#wakeIn(next.notBefore - Date.now());
  }

  #wakeIn(delay: number): void {
    clearTimeout(this.#timer);
    if (!this.#started) return;
    // setTimeout counts in 32 bits; a later job is looked at again in between.
    this.#timer = setTimeout(
      () => {
        this.#wake();
      },
      Math.min(Math.max(delay, 0), 3_600_000),
    );
    this.#timer.unref();
  }

  #run(job: JobEntity): void {
    const running = this.#running.get(job.kind);
    const definition = this.#kinds.get(job.kind);
    if (running === undefined || definition === undefined) return;
    const run = this.#attempt(job, definition)
      .catch((error: unknown) => this.#queueAgain(job, error))
      .finally(() => {
        running.delete(run);
        this.#wake();
      });
    running.add(run);
  }

  async #attempt(job: JobEntity, definition: JobKind<unknown>): Promise<void> {
    fault(`${job.kind}.claimed`);
    let completion: Completion;
    try {
      completion = await definition.handle(job, this.#stopping.signal);
    } catch (error) {
      await this.#recordFailure(job, definition, error);
      return;
    }
    fault(`${job.kind}.handled`);
    try {
      await this.database.transaction(async (em) => {
        await completion(em);
        await em.delete(JobEntity, { id: job.id });
      });
    } catch (error) {
      await this.#recordFailure(job, definition, error);
      return;
    }
    this.hooks.attempted?.(job.kind, 'done');
    fault(`${job.kind}.committed`);
  }

  /** The outcome itself could not be recorded: nothing is skipped, the work is done again later. */
  async #queueAgain(job: JobEntity, error: unknown): Promise<void> {
    this.log.error({ err: error, job: job.id, kind: job.kind }, 'the outcome of a job could not be recorded');
    const notBefore = Date.now() + LONGEST_DELAY;
    await this.database
      .transaction((em) => em.update(JobEntity, { id: job.id }, { state: 'queued', notBefore }))
      .catch((cause: unknown) => {
        this.log.error({ err: cause, job: job.id }, 'the job stays marked as running until the next start');
      });
  }

  async #recordFailure(job: JobEntity, definition: JobKind<unknown>, thrown: unknown): Promise<void> {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (this.#stopping.signal.aborted) {
      await this.database.transaction((em) => em.update(JobEntity, { id: job.id }, { state: 'queued' }));
      return;
    }
    const waits = error instanceof WaitingError;
    const attempts = job.attempts + 1;
    const failures = job.failures + (waits ? 0 : 1);
    const dead = error instanceof PermanentError || failures >= (definition.maxAttempts ?? 8);
    this.hooks.attempted?.(job.kind, dead ? 'dead' : waits ? 'waiting' : 'failed');
    const details = { err: error, job: job.id, kind: job.kind, attempts };
    if (dead) this.log.error(details, 'job given up: it is a dead letter now');
    else this.log[waits ? 'debug' : 'warn'](details, 'job will be tried again');

    await this.database.transaction(async (em) => {
      await em.update(
        JobEntity,
        { id: job.id },
        {
          state: dead ? 'dead' : 'queued',
          notBefore: Date.now() + backoffDelay(attempts, Math.random()),
          attempts,
          failures,
          lastError: `${error.name}: ${error.message}`.slice(0, ERROR_LENGTH),
          waitingFor: waits ? error.counterparty : null,
          waitingSince: waits ? (job.waitingSince ?? Date.now()) : null,
        },
      );
      if (dead) await definition.onDead?.(em, job, error);
    });
  }
}

/** How long the queue rests when it cannot even read its table, milliseconds. */
const LONG_PAUSE = 1_000;
