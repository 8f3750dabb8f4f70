import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  JobQueue,
  LedgerEvents,
  WaitingError,
  type CompanyConfig,
  type Completion,
} from '@tacit/company';
import type { Order } from '@tacit/contracts';
import type { EntityManager } from 'typeorm';
import { Comparisons } from '../comparing/comparisons';
import { ComparisonEntity } from '../entities/comparison.entity';
import { OrderEntity } from '../entities/order.entity';
import { LedgerReader } from '../ledger-reader';

interface ReadOrder {
  readonly channel: string;
  readonly orderId: string;
}

const EVENTS = [
  'OrderPlaced',
  'DeliveryRecorded',
  'ReceiptConfirmed',
  'OrderDisputed',
  'OrderRefused',
  'OrderCredited',
];

/** Keeps this company's orders as the sales channels show them, and ends what the servicer refuses to sell. */
@Injectable()
export class OrderMirror {
  constructor(
    events: LedgerEvents,
    private readonly queue: JobQueue,
    private readonly database: Database,
    private readonly reader: LedgerReader,
    private readonly comparisons: Comparisons,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
  ) {
    for (const name of EVENTS) {
      events.on('sales', name, async (em, { channel, payload, checkpoint }) => {
        const { orderId } = payload as { orderId: string };
        await this.add(em, channel, orderId, checkpoint);
      });
    }
    // One at a time: an earlier look never overwrites a later one.
    queue.register<ReadOrder>('order.read', { handle: ({ payload }) => this.#read(payload) });
  }

  /** Looks at an order. @param occasion tells this look from others at the same order */
  async add(em: EntityManager, channel: string, orderId: string, occasion: string): Promise<void> {
    const job: ReadOrder = { channel, orderId };
    await this.queue.add(em, 'order.read', `${orderId}:${occasion}`, job);
  }

  async #read({ channel, orderId }: ReadOrder): Promise<Completion> {
    const record = await this.reader.read<Order>(channel, 'getOrder', { orderId });
    if (record.customer !== this.config.company) return async () => {};
    const refused = record.ended?.state === 'refused';
    if (refused && (await this.#isBeingPlaced(orderId))) {
      throw new WaitingError(`ledger channel ${channel}`, 'the own order has not been noted yet');
    }
    return async (em) => {
      await em.save(OrderEntity, { orderId, channel, record });
      const comparison = await em.findOneBy(ComparisonEntity, { orderId, state: 'ordered' });
      if (refused && comparison) await this.comparisons.end(em, comparison, 'failed', 'not-for-sale');
    };
  }

  #isBeingPlaced(orderId: string): Promise<boolean> {
    return this.database.read((em) => em.existsBy(ComparisonEntity, { orderId, state: 'created' }));
  }
}
