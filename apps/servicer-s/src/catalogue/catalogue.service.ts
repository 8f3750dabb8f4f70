import { Inject, Injectable } from '@nestjs/common';
import {
  Database,
  JobQueue,
  LedgerEvents,
  LEDGER,
  readCursor,
  toPage,
  WaitingError,
  type Completion,
  type Page,
} from '@tacit/company';
import type { XorRecord } from '@tacit/comparison';
import { LedgerError, type Ledger, type LedgerEvent } from '@tacit/ledger';
import { LessThan, type EntityManager } from 'typeorm';
import { PriceBook } from '../customers/price-book';
import { CatalogueEntity } from '../entities';
import type { CatalogueQuery, CatalogueView } from './catalogue.dto';

interface Listing {
  readonly channel: string;
  readonly pairId: string;
  readonly listedAt: number;
}

/** What is for sale: every XOR record that key holders have published on the channels shared with them. */
@Injectable()
export class CatalogueService {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly prices: PriceBook,
    @Inject(LEDGER) private readonly ledger: Ledger,
    events: LedgerEvents,
  ) {
    queue.register<Listing>('catalogue.list', { concurrency: 4, handle: (job) => this.#list(job.payload) });
    events.on('xor', 'XorPublished', (em, event) => this.#enqueue(em, event));
  }

  /** Newest first; those that `buyer` may buy when the query names one. */
  async list(query: CatalogueQuery): Promise<Page<CatalogueView>> {
    const [listedAt, pairId] = readCursor(query, 'number', 'string') ?? [Number.MAX_SAFE_INTEGER, ''];
    const rows = await this.database.read((em) =>
      em.find(CatalogueEntity, {
        where: [{ listedAt: LessThan(listedAt) }, { listedAt, pairId: LessThan(pairId) }],
        order: { listedAt: 'DESC', pairId: 'DESC' },
        take: query.limit + 1,
      }),
    );
    const prices = await this.prices.all();
    return toPage(
      rows,
      query,
      (row) => [row.listedAt, row.pairId],
      ({ pairId: id, keyHolder, buyers, profile, bits, listedAt: at }) => ({
        pairId: id,
        keyHolder,
        profile,
        bits,
        listedAt: new Date(at).toISOString(),
        buyers: buyers.map((company) => ({ company, price: prices(company) })),
      }),
    );
  }

  find(pairId: string): Promise<CatalogueEntity | null> {
    return this.database.read((em) => em.findOneBy(CatalogueEntity, { pairId }));
  }

  /** The record with its ciphertexts. @throws WaitingError while the ledger does not answer */
  async record({ channel, pairId }: Pick<Listing, 'channel' | 'pairId'>): Promise<XorRecord> {
    try {
      return (await this.ledger.evaluate({ channel, name: 'getXor', input: { pairId } })) as XorRecord;
    } catch (error) {
      if (error instanceof LedgerError && error.transient) {
        throw new WaitingError(`ledger channel ${channel}`, error.message, { cause: error });
      }
      throw error;
    }
  }

  async #enqueue(em: EntityManager, { channel, payload, timestamp }: LedgerEvent): Promise<void> {
    const { pairId } = payload as { pairId: string };
    await this.queue.add(em, 'catalogue.list', pairId, { channel, pairId, listedAt: timestamp });
  }

  async #list({ channel, pairId, listedAt }: Listing): Promise<Completion> {
    const { keyHolder, buyers, profile, bits, keyId, wHash } = await this.record({ channel, pairId });
    return async (em) => {
      const row = { pairId, keyHolder, buyers, profile, bits, keyId, wHash, channel, listedAt };
      await em.upsert(CatalogueEntity, row, ['pairId']);
    };
  }
}
