import { fromBase64url, toBase64url, utf8 } from '@tacit/core';
import { LedgerError, type Ledger, type LedgerCall, type SubmitResult } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import type { AtRest } from '../identity/at-rest';
import { PermanentError, WaitingError } from './errors';
import type { Completion, Job } from './job-kind';
import type { JobQueue } from './job-queue';

/** A ledger transaction that will be submitted until its outcome is known. */
export interface Submission extends LedgerCall {
  /** Unique among the submissions of this name that are under way. */
  readonly key: string;
  /** Milliseconds UTC. */
  readonly notBefore?: number;
}

export interface SubmissionHooks {
  /** Runs with the job's deletion in one transaction. */
  readonly submitted?: (em: EntityManager, call: LedgerCall, result: SubmitResult) => Promise<void>;
  /**
   * The ledger's answer is final: refused by the contract (`error.contractCode`), or a call that no channel takes.
   * Without this hook such a submission becomes a dead letter.
   */
  readonly refused?: (em: EntityManager, call: LedgerCall, error: LedgerError) => Promise<void>;
  /** How many run at once; 4 unless told. */
  readonly concurrency?: number;
}

interface Payload extends Omit<LedgerCall, 'transient'> {
  /** The transient data, sealed at rest: it is not meant to be recorded anywhere. */
  readonly transient?: string;
}

const kindOf = (name: string): string => `submit:${name}`;
const purposeOf = (name: string, key: string): string => `transient:${name}:${key}`;

/** Ledger transactions as jobs: contracts are idempotent, so submitting again after a crash is safe. */
export class Submissions {
  constructor(
    private readonly queue: JobQueue,
    private readonly ledger: Ledger,
    private readonly atRest: AtRest,
  ) {}

  /** Declares a transaction that this company submits, and what follows. Before the start; each name once. */
  on(name: string, hooks: SubmissionHooks = {}): void {
    this.queue.register<Payload>(kindOf(name), {
      concurrency: hooks.concurrency ?? 4,
      handle: (job) => this.#submit(job, hooks),
    });
  }

  /** Adds the job; a no-op when a submission of this name and key is under way. */
  async add(em: EntityManager, submission: Submission): Promise<void> {
    const { key, notBefore, transient, ...call } = submission;
    const sealed = transient && { transient: this.#sealTransient(call.name, key, transient) };
    const payload: Payload = { ...call, ...sealed };
    await this.queue.add(em, kindOf(call.name), key, payload, notBefore === undefined ? {} : { notBefore });
  }

  async #submit(job: Job<Payload>, hooks: SubmissionHooks): Promise<Completion> {
    const { transient: sealed, ...rest } = job.payload;
    const transient = sealed === undefined ? undefined : this.#openTransient(rest.name, job.key, sealed);
    const call: LedgerCall = { ...rest, ...(transient && { transient }) };
    let result: SubmitResult;
    try {
      result = await this.ledger.submit(call);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      if (error.transient)
        throw new WaitingError(`ledger channel ${call.channel}`, error.message, { cause: error });
      const { refused } = hooks;
      if (refused === undefined) {
        const code = error.contractCode ?? error.code;
        throw new PermanentError(`${call.name} on ${call.channel}: ${code}: ${error.message}`, {
          cause: error,
        });
      }
      return (em) => refused(em, call, error);
    }
    return async (em) => {
      await hooks.submitted?.(em, call, result);
    };
  }

  #sealTransient(name: string, key: string, transient: NonNullable<LedgerCall['transient']>): string {
    const encoded = Object.entries(transient).map(([field, bytes]) => [field, toBase64url(bytes)]);
    return this.atRest.seal(purposeOf(name, key), utf8(JSON.stringify(Object.fromEntries(encoded))));
  }

  #openTransient(name: string, key: string, sealed: string): Record<string, Uint8Array> {
    const text = new TextDecoder().decode(this.atRest.open(purposeOf(name, key), sealed));
    const fields = Object.entries(JSON.parse(text) as Record<string, string>);
    return Object.fromEntries(fields.map(([field, value]) => [field, fromBase64url(value)]));
  }
}
