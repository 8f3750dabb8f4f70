import { Database, LOG, type Log } from '@tacit/company';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { IsNull, LessThanOrEqual } from 'typeorm';
import { PairEntity } from '../entities/pair.entity';
import { KeyStock } from './key-stock';

const SWEEP_INTERVAL = 60_000;

/** Destroys the secret keys of pairs whose agreement has ended, and ends the pairs that got none in time. */
@Injectable()
export class SecretExpiry implements OnApplicationBootstrap, OnApplicationShutdown {
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly stock: KeyStock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    const run = (): void => {
      this.#sweeping = this.sweep(Date.now()).catch((error: unknown) => {
        this.log.error(
          { err: error },
          'expired secret keys could not be destroyed; trying again in a minute',
        );
      });
    };
    this.#timer = setInterval(run, SWEEP_INTERVAL).unref();
    run();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** @param now milliseconds UTC */
  async sweep(now: number): Promise<void> {
    const destroyed = await this.database.transaction(async (em) => {
      await em.update(
        PairEntity,
        { state: 'queued', keyId: IsNull(), expiresAt: LessThanOrEqual(now) },
        { state: 'failed', reason: 'agreement-expired' },
      );
      return this.stock.destroyExpired(em, now);
    });
    if (destroyed > 0) this.log.info({ destroyed }, 'secret keys of expired agreements are destroyed');
  }
}
