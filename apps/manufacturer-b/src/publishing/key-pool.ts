import { COMPANY_CONFIG, Database, LOG, Metrics, type CompanyConfig, type Log } from '@tacit/company';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { NonceMethod } from '@tacit/paillier';
import { Counter, Gauge } from 'prom-client';
import { nonceMethod, type Settings } from '../settings';
import { sameKind, type KeyKind } from './key-kind';
import { KeyMaker, type KeyInMaking } from './key-maker';
import { KeyStock, type Demand } from './key-stock';
import { KeyMakingThreads } from './threads';

/** How often the demand is looked at when nobody says that it has changed, milliseconds. */
const LOOK_INTERVAL = 1_000;
/** Pause after a key could not be made, milliseconds. */
const PAUSE_AFTER_FAILURE = 10_000;

/**
 * Makes keys ahead of the pairs that will need them: one for every pair that waits, and a few in stock for every
 * kind that an agreement in force uses. When there are enough, it rests.
 */
@Injectable()
export class KeyPool implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #maker: KeyMaker;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #keyThreads: number;
  readonly #made: Counter;
  readonly #unused: Gauge;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #pausedUntil = 0;
  /** Keys held ready for every kind in force. */
  readonly target: number;
  readonly method: NonceMethod;

  constructor(
    private readonly database: Database,
    private readonly stock: KeyStock,
    private readonly threads: KeyMakingThreads,
    metrics: Metrics,
    @Inject(COMPANY_CONFIG) { company, settings }: CompanyConfig<Settings>,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.#keyThreads = settings.keyThreads;
    this.target = settings.stockedKeys;
    this.method = nonceMethod(settings);
    this.#maker = new KeyMaker(threads, this.method, company, () =>
      this.database.read((em) => this.stock.moduli(em)),
    );
    const registers = [metrics.registry];
    this.#made = new Counter({
      name: 'tacit_keys_made_total',
      help: 'Keys made with their nonce factors',
      registers,
    });
    this.#unused = new Gauge({
      name: 'tacit_keys_stocked',
      help: 'Keys that no pair has been given yet',
      registers,
    });
  }

  get making(): readonly KeyInMaking[] {
    return this.#maker.making;
  }

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.wake();
    }, LOOK_INTERVAL).unref();
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#looking;
    await this.threads.close();
    await Promise.all(this.#running);
  }

  /** Looks at the demand now. */
  wake(): void {
    if (this.#stopping.signal.aborted) return;
    this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#lookAgain) this.wake();
    });
  }

  async #look(): Promise<void> {
    while (this.#lookAgain && !this.#stopping.signal.aborted) {
      this.#lookAgain = false;
      if (Date.now() < this.#pausedUntil) return;
      try {
        const demand = await this.database.read((em) => this.stock.demand(em, Date.now()));
        this.#unused.set(demand.reduce((sum, { stocked }) => sum + stocked, 0));
        this.#begin(demand);
      } catch (error) {
        this.log.error({ err: error }, 'the stock of keys cannot be looked up');
      }
    }
  }

  /** As many keys at once as there are threads. */
  #begin(demand: readonly Demand[]): void {
    while (this.#running.size < this.#keyThreads) {
      const kind = this.#mostWanted(demand);
      if (!kind) return;
      const running = this.#make(kind).finally(() => {
        this.#running.delete(running);
        this.wake();
      });
      this.#running.add(running);
    }
  }

  /**
   * Keys that pairs wait for come first. Of several kinds it is the turn of the one with the fewest keys in making, so
   * that a thousand pairs that need large keys do not hold up one that needs a small key.
   */
  #mostWanted(demand: readonly Demand[]): Demand | undefined {
    const inTurn = demand.toSorted((a, b) => this.#inMaking(a) - this.#inMaking(b));
    return (
      inTurn.find((kind) => kind.waiting > this.#inMaking(kind)) ??
      inTurn.find((kind) => this.#wanted(kind) > kind.stocked + this.#inMaking(kind))
    );
  }

  #wanted({ waiting, inForce }: Demand): number {
    return waiting + (inForce ? this.target : 0);
  }

  #inMaking(kind: KeyKind): number {
    return this.making.filter((key) => sameKind(key, kind)).length;
  }

  async #make(kind: KeyKind): Promise<void> {
    try {
      await this.#maker.make(kind, this.#stopping.signal, (key) =>
        this.database.transaction((em) => this.stock.add(em, key)),
      );
      this.#made.inc();
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#pausedUntil = Date.now() + PAUSE_AFTER_FAILURE;
      const { profile, bits } = kind;
      this.log.error({ err: error, profile, bits }, 'a key could not be made; trying again later');
    }
  }
}
