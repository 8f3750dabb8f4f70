import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { purposeOf, type ChannelPurpose } from '@tacit/contracts';
import type { Ledger, LedgerEvent } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database';
import { backoffDelay } from '../jobs/backoff';
import { fault, registerFault } from '../operations/faults';
import type { Log } from '../operations/logging';
import type { Metrics } from '../operations/metrics';
import { CheckpointEntity } from './checkpoint.entity';

export type EventHandler = (em: EntityManager, event: LedgerEvent) => Promise<void>;

export interface FollowedChannel {
  readonly channel: string;
  /** Why the channel is at a standstill, and since when; null while its events are being applied. */
  readonly trouble: { readonly message: string; readonly since: number } | null;
}

/**
 * Applies the ledger's events to the company's database: each event and its checkpoint in one transaction, so every
 * event is applied exactly once. A handler that throws brings its channel to a standstill that /health shows; nothing
 * is skipped, because what follows may build on what was not understood.
 */
export class LedgerEvents {
  readonly #handlers = new Map<string, EventHandler[]>();
  readonly #channels = new Map<string, { trouble: FollowedChannel['trouble']; done: Promise<void> }>();
  readonly #stopping = new AbortController();
  /** A channel may be found by a request, but following it is no part of that request. */
  readonly #outside = AsyncLocalStorage.snapshot();

  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /**
   * Handles an event of every channel of a purpose. Before the start. The handler may change rows and add jobs;
   * several handlers of one event run in the order of their registration, in the same transaction.
   */
  on(purpose: ChannelPurpose, name: string, handler: EventHandler): void {
    const key = `${purpose} ${name}`;
    this.#handlers.set(key, [...(this.#handlers.get(key) ?? []), handler]);
    registerFault(`event.${name}.before-commit`, `event.${name}.committed`);
  }

  /** Follows a channel from where its events were applied last; once for each channel. */
  follow(channel: string): void {
    if (this.#channels.has(channel) || this.#stopping.signal.aborted) return;
    const state = { trouble: null, done: Promise.resolve() };
    this.#channels.set(channel, state);
    state.done = this.#outside(() => this.#run(channel, state));
  }

  status(): readonly FollowedChannel[] {
    return [...this.#channels].map(([channel, { trouble }]) => ({ channel, trouble }));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#channels.values()].map(({ done }) => done));
  }

  async #run(channel: string, state: { trouble: FollowedChannel['trouble'] }): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = (): boolean => signal.aborted;
    let failures = 0;
    while (!stopped()) {
      try {
        const start = await this.database.read((em) => em.findOneBy(CheckpointEntity, { channel }));
        for await (const event of this.ledger.events(channel, start?.checkpoint, signal)) {
          await this.#apply(event);
          failures = 0;
          state.trouble = null;
        }
      } catch (error) {
        if (stopped()) return;
        failures += 1;
        const message = error instanceof Error ? error.message : String(error);
        state.trouble = { message, since: state.trouble?.since ?? Date.now() };
        this.log.error({ err: error, channel, failures }, 'the channel is at a standstill');
      }
      await sleep(backoffDelay(failures + 1, Math.random()), undefined, { signal }).catch(() => undefined);
    }
  }

  async #apply(event: LedgerEvent): Promise<void> {
    const { channel, checkpoint, name } = event;
    const handlers = this.#handlers.get(`${purposeOf(channel) ?? ''} ${name}`) ?? [];
    await this.database.transaction(async (em) => {
      for (const handler of handlers) await handler(em, event);
      await em.upsert(CheckpointEntity, { channel, checkpoint }, ['channel']);
      if (handlers.length > 0) fault(`event.${name}.before-commit`);
    });
    if (handlers.length > 0) {
      this.metrics.events.inc({ name });
      fault(`event.${name}.committed`);
    }
  }
}
