import { setTimeout as sleep } from 'node:timers/promises';
import {
  ACK_WAIT_MS,
  BATCH_KINDS,
  connectionOptions,
  reconnectDelays,
  streamsOf,
  type BatchKey,
  type BatchKind,
  type NatsConnectionOptions,
} from '@tacit/messaging';
import { connect, type JsMsg, type NatsConnection } from 'nats';
import { backoffDelay } from '../jobs/backoff';
import type { Waiting } from '../jobs/job-queue';
import { fault } from '../operations/faults';
import type { Log } from '../operations/logging';
import type { Metrics } from '../operations/metrics';
import type { BatchIntake } from './batch-intake';
import { DeadLetters } from './dead-letters';
import { refusal, type Refusal } from './refusal';

/**
 * Deliveries of one batch, crashes in the middle included, before it is given up. With the pauses of
 * `backoffDelay` that is a quarter of an hour.
 */
const MAX_DELIVERIES = 100;
/** How long one request for the next batch lasts, milliseconds. */
const PULL_MS = 5_000;

export interface BatchConnection extends NatsConnectionOptions {
  readonly key: BatchKey;
}

/**
 * A company's batches from its durable stream, one after the other. A batch is acknowledged once what it did is
 * committed; one that can never be taken goes to the dead letters with its reason first; anything else is delivered
 * again, later each time.
 */
export class Batches {
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #connection: NatsConnection | undefined;
  #working = false;
  /** Since when the broker has been out of reach, milliseconds UTC. */
  #away: number | undefined;

  constructor(
    private readonly company: string,
    private readonly intake: BatchIntake,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /** Once the handlers are registered; without any there is nothing to read. */
  start(options: BatchConnection): void {
    if (this.intake.kinds.length > 0) this.#running = this.#run(options);
  }

  /** Finishes the batch under way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    if (!this.#working) await this.#connection?.close();
    await this.#running;
  }

  /** For `Waits`. */
  waiting(): readonly Waiting[] {
    return this.#away === undefined ? [] : [{ counterparty: 'message broker', jobs: 0, since: this.#away }];
  }

  async #run(options: BatchConnection): Promise<void> {
    const delay = reconnectDelays();
    while (!this.#isStopping()) {
      try {
        this.#connection = await connect(connectionOptions(options));
        await this.#read(this.#connection, options.key);
      } catch (error) {
        if (!this.#isStopping()) this.#noteAway(error);
      } finally {
        await this.#connection?.close();
        this.#connection = undefined;
      }
      await sleep(delay(), undefined, { signal: this.#stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  /** Until the connection ends. */
  async #read(connection: NatsConnection, key: BatchKey): Promise<void> {
    const { batches, consumer } = streamsOf(this.company);
    const source = await connection.jetstream().consumers.get(batches, consumer);
    const deadLetters = new DeadLetters(connection, this.company, key);
    this.#away = undefined;
    while (!this.#isStopping() && !connection.isClosed()) {
      const message = await source.next({ expires: PULL_MS });
      if (message !== null) await this.#handle(message, key, deadLetters);
    }
  }

  async #handle(message: JsMsg, key: BatchKey, deadLetters: DeadLetters): Promise<void> {
    const heartbeat = setInterval(() => {
      message.working();
    }, ACK_WAIT_MS / 3);
    this.#working = true;
    try {
      await this.#judge(message, key, deadLetters);
    } finally {
      this.#working = false;
      clearInterval(heartbeat);
    }
  }

  async #judge(message: JsMsg, key: BatchKey, deadLetters: DeadLetters): Promise<void> {
    const kind = kindOf(message);
    const { deliveryCount } = message.info;
    try {
      const verdict = await this.intake.take(kind, message.data, key);
      if (verdict.outcome === 'refused') {
        await this.#bury(kind, message, verdict.refusal, deadLetters);
        fault(`batch.${kind}.refused`);
      }
      message.ack();
      this.#count(kind, verdict.outcome);
    } catch (error) {
      this.log.warn({ err: error, kind, deliveryCount }, 'a batch will be tried again');
      this.#count(kind, 'retried');
      if (deliveryCount < MAX_DELIVERIES) {
        message.nak(backoffDelay(deliveryCount, Math.random()));
        return;
      }
      const detail = `it failed ${deliveryCount} times, the last time for a reason that the log tells`;
      const reason = refusal('given-up', detail, 'Replay it once the cause is removed.');
      await this.#bury(kind, message, reason, deadLetters);
      message.ack();
    }
  }

  async #bury(kind: BatchKind, message: JsMsg, reason: Refusal, deadLetters: DeadLetters): Promise<void> {
    await deadLetters.add(kind, message, reason);
    this.log.warn({ kind, reason: reason.code }, 'a batch was refused: it is a dead letter now');
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #count(kind: BatchKind, outcome: string): void {
    this.metrics.batches.inc({ kind, outcome });
  }

  #noteAway(error: unknown): void {
    if (this.#away === undefined) this.log.error({ err: error }, 'batches cannot be read from the broker');
    this.#away ??= Date.now();
  }
}

/** The broker lets nothing else into the stream than this company's own subjects. */
function kindOf({ subject }: JsMsg): BatchKind {
  const name = subject.split('.').at(-1);
  const kind = BATCH_KINDS.find((candidate) => candidate === name);
  if (kind === undefined) throw new Error(`the stream of batches has a message on ${subject}`);
  return kind;
}
