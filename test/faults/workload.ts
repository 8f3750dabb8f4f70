import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Erp } from '../nats/erp';
import { B, type TestNetwork } from '../support';

export interface Comparison {
  readonly id: string;
  readonly pairId: string;
  readonly state: string;
  readonly from: { readonly sequence: number };
  readonly to: { readonly sequence: number };
  readonly outcome: { readonly direction: string; readonly index: number | null } | null;
}

const MINUTE = 60_000;
/** Comparisons under way at any time, so that each company has something in its hands. */
const AT_ONCE = 5;
/** Every so many readings, one comes through the durable stream instead of the API. */
const BATCH_EVERY = 4;
/** Nothing may be away for longer. */
const PATIENCE_MS = 3 * MINUTE;
const POLL_MS = 200;

/** Keeps comparisons going, whoever is down: B records readings, A buys and compares every pair that it sees. */
export class Workload {
  /** In hundredths, by sequence from 1 on. */
  readonly values: number[] = [];
  #comparisons: readonly Comparison[] = [];
  #stopping = false;
  #running: Promise<void> | undefined;

  constructor(private readonly network: TestNetwork) {}

  get pairs(): number {
    return Math.max(0, this.values.length - 1);
  }

  /** As A saw them last. */
  get comparisons(): readonly Comparison[] {
    return this.#comparisons;
  }

  get ended(): number {
    return this.#comparisons.filter(hasEnded).length;
  }

  /** Pairs that are to be published, bought or compared still. */
  get underWay(): number {
    return this.pairs - this.ended;
  }

  start(): void {
    if (this.#running !== undefined) throw new Error('the comparisons are going on already');
    this.#stopping = false;
    this.#running = this.#run();
    // A failure is told by `stop`.
    this.#running.catch(() => undefined);
  }

  /** Begins nothing more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const running = this.#running;
    this.#running = undefined;
    await running;
  }

  /** Resolves when every pair has been compared to its end. */
  async finish(): Promise<void> {
    await this.stop();
    await this.#insist('the end of all comparisons', async () => {
      await this.#compare();
      return this.underWay === 0;
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      if (this.underWay < AT_ONCE) await this.#record();
      else await sleep(POLL_MS);
      await this.#insist('the comparisons', async () => {
        await this.#compare();
        return true;
      });
    }
  }

  /** B stores the next reading, sent again under one name until it is there. */
  async #record(): Promise<void> {
    const sequence = this.values.length + 1;
    const value = (sequence * 37) % 101;
    const takenAt = new Date(Date.UTC(2026, 0, 1, sequence)).toISOString();
    const reading = {
      quantity: 'moisture',
      value: (value / 100).toFixed(2),
      takenAt,
      lot: `LOT-${sequence}`,
    };
    if (sequence % BATCH_EVERY === 0) await this.#recordBatch(sequence, reading);
    else await this.#recordAtOnce(sequence, reading);
    this.values.push(value);
  }

  #recordAtOnce(sequence: number, body: object): Promise<void> {
    const headers = { 'idempotency-key': `reading-${sequence}` };
    return this.#insist(`reading ${sequence}`, async () => {
      const { status } = await this.network.b.request('POST', '/readings', { body, headers });
      return status < 300;
    });
  }

  async #recordBatch(sequence: number, reading: object): Promise<void> {
    const id = randomUUID();
    await this.#insist(`batch with reading ${sequence}`, async () => {
      const erp = await Erp.open(this.network, B);
      await erp.send('readings', { id, readings: [reading] }).finally(() => erp.close());
      return true;
    });
    await this.#insist(`reading ${sequence}`, async () => {
      const stored = await this.network.b.list<{ sequence: number }>('/readings');
      return stored.some((one) => one.sequence === sequence);
    });
  }

  /** A buys what it has not bought, and looks at what it has. */
  async #compare(): Promise<void> {
    const { a } = this.network;
    const pairs = await a.list<{ pairId: string; comparisonId: string | null }>('/pairs');
    const pairIds = pairs.filter(({ comparisonId }) => comparisonId === null).map(({ pairId }) => pairId);
    if (pairIds.length > 0) await a.post('/comparisons', { pairIds });
    this.#comparisons = await a.list<Comparison>('/comparisons');
  }

  /** Calls until it works: whoever is asked may be dead at any moment. */
  async #insist(what: string, call: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    let cause: unknown;
    while (Date.now() < end) {
      try {
        if (await call()) return;
      } catch (error) {
        cause = error;
      }
      await sleep(POLL_MS);
    }
    throw new Error(`waited ${PATIENCE_MS / MINUTE} minutes in vain for ${what}`, { cause });
  }
}

function hasEnded({ state }: Comparison): boolean {
  return !['created', 'ordered', 'delivered', 'requested', 'answered'].includes(state);
}
