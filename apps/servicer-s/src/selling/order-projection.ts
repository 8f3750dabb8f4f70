import { Inject, Injectable } from '@nestjs/common';
import { JobQueue, LEDGER, LedgerEvents, WaitingError, type Completion } from '@tacit/company';
import type { Order } from '@tacit/contracts';
import { LedgerError, type Ledger, type LedgerEvent } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import { OrderEntity } from '../entities';

interface OrderPlace {
  readonly channel: string;
  readonly orderId: string;
}

const ORDER_EVENTS = [
  'OrderPlaced',
  'DeliveryRecorded',
  'ReceiptConfirmed',
  'OrderDisputed',
  'OrderRefused',
  'OrderCredited',
] as const;

/** Keeps the order rows as the sales channels show them: after every event the order is read again. */
@Injectable()
export class OrderProjection {
  constructor(
    private readonly queue: JobQueue,
    @Inject(LEDGER) private readonly ledger: Ledger,
    events: LedgerEvents,
  ) {
    queue.register<OrderPlace>('order.read', { concurrency: 4, handle: (job) => this.#refresh(job.payload) });
    for (const name of ORDER_EVENTS) events.on('sales', name, (em, event) => this.#enqueue(em, event));
  }

  /** The order as it stands on the channel. @throws WaitingError while the ledger does not answer */
  async read({ channel, orderId }: OrderPlace): Promise<Order> {
    try {
      return (await this.ledger.evaluate({ channel, name: 'getOrder', input: { orderId } })) as Order;
    } catch (error) {
      if (error instanceof LedgerError && error.transient) {
        throw new WaitingError(`ledger channel ${channel}`, error.message, { cause: error });
      }
      throw error;
    }
  }

  async save(em: EntityManager, channel: string, order: Order): Promise<void> {
    const { orderId, pairId, customer, price, orderedAt, deadline, deliveredAt, receivedAt, ended } = order;
    const row = {
      orderId,
      pairId,
      customer,
      channel,
      ...price,
      orderedAt,
      deadline,
      deliveredAt,
      receivedAt,
    };
    const end = { ended: ended?.state ?? null, endedReason: ended?.reason ?? null };
    await em.upsert(OrderEntity, { ...row, ...end }, ['orderId']);
  }

  async #enqueue(em: EntityManager, { channel, payload, txId }: LedgerEvent): Promise<void> {
    const { orderId } = payload as { orderId: string };
    await this.queue.add(em, 'order.read', txId, { channel, orderId });
  }

  async #refresh(place: OrderPlace): Promise<Completion> {
    const order = await this.read(place);
    return async (em) => {
      const row = await em.findOneBy(OrderEntity, { orderId: order.orderId });
      if (row && progress(row) > progress(order)) return;
      await this.save(em, place.channel, order);
    };
  }
}

/** Orders only move forward; of two reads that ended out of order, the later state stays. */
function progress({
  deliveredAt,
  receivedAt,
  ended,
}: Pick<OrderEntity, 'deliveredAt' | 'receivedAt'> & { ended: unknown }): number {
  return (deliveredAt === null ? 0 : 1) + (receivedAt === null ? 0 : 1) + (ended === null ? 0 : 1);
}
