import { Injectable } from '@nestjs/common';
import {
  Database,
  JobQueue,
  LedgerEvents,
  Mailer,
  newMessageId,
  Submissions,
  WaitingError,
  type Completion,
} from '@tacit/company';
import { orderState, type Order } from '@tacit/contracts';
import type { LedgerEvent } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import { CatalogueService } from '../catalogue/catalogue.service';
import { OrderEntity, type CatalogueEntity } from '../entities';
import { OrderProjection } from './order-projection';

interface OrderPlace {
  readonly channel: string;
  readonly orderId: string;
}

/** How long an order may wait for its record to appear on the other channel before it is refused, milliseconds. */
const RECORD_PATIENCE = 60_000;

/** Table 2 of the paper: the servicer delivers Enc(w), sealed, to whom the key holder lets buy it. */
@Injectable()
export class Delivery {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly mailer: Mailer,
    private readonly submissions: Submissions,
    private readonly catalogue: CatalogueService,
    private readonly orders: OrderProjection,
    events: LedgerEvents,
  ) {
    queue.register<OrderPlace>('order.deliver', {
      concurrency: 4,
      handle: (job) => this.#deliver(job.payload),
    });
    submissions.on('refuseOrder', { refused: async () => undefined });
    // An order that ended meanwhile needs no record of its delivery.
    submissions.on('recordDelivery', { refused: async () => undefined });
    events.on('sales', 'OrderPlaced', (em, event) => this.#enqueue(em, event));
    mailer.onAccepted('xor-delivery', async (em, { id }) => this.#accepted(em, id));
    mailer.onFailed('xor-delivery', async (em, { id }, reason) => {
      const trouble =
        reason === 'refused' ? 'the customer refused the message' : 'the customer was not reached in time';
      await em.update(OrderEntity, { deliveryId: id }, { trouble });
    });
  }

  /** Sends an undelivered order's record once more. */
  async again(em: EntityManager, { channel, orderId }: OrderPlace): Promise<void> {
    await this.queue.add(em, 'order.deliver', orderId, { channel, orderId });
  }

  async #enqueue(em: EntityManager, { channel, payload }: LedgerEvent): Promise<void> {
    const { orderId } = payload as { orderId: string };
    await this.again(em, { channel, orderId });
  }

  async #deliver({ channel, orderId }: OrderPlace): Promise<Completion> {
    const order = await this.orders.read({ channel, orderId });
    const item = await this.catalogue.find(order.pairId);
    const now = Date.now();
    if (orderState(order, now) !== 'ordered') return (em) => this.orders.save(em, channel, order);
    if (!item && now < order.orderedAt + RECORD_PATIENCE) {
      throw new WaitingError('the xor channel', `no XOR record of pair ${order.pairId} yet`);
    }
    if (!item?.buyers.includes(order.customer)) {
      return async (em) => {
        await this.orders.save(em, channel, order);
        await this.submissions.add(em, { channel, name: 'refuseOrder', input: { orderId }, key: orderId });
      };
    }
    return this.#send(channel, order, item);
  }

  async #send(channel: string, order: Order, item: CatalogueEntity): Promise<Completion> {
    const { orderId, pairId, customer } = order;
    const { keyId, wHash, w } = await this.catalogue.record(item);
    const id = newMessageId();
    const payload = await this.mailer.seal('xor-delivery', customer, id, {
      orderId,
      pairId,
      keyId,
      wHash,
      w,
    });
    const lifetime = order.deadline - Date.now();
    return async (em) => {
      await this.orders.save(em, channel, order);
      await em.update(OrderEntity, { orderId }, { deliveryId: id, trouble: null });
      await this.mailer.prepare(em, {
        type: 'xor-delivery',
        to: customer,
        id,
        payload,
        ...bounded(lifetime),
      });
    };
  }

  /** The customer's inbox has the record: from now on the deadline charges it. */
  async #accepted(em: EntityManager, deliveryId: string): Promise<void> {
    const row = await em.findOneBy(OrderEntity, { deliveryId });
    if (!row) return;
    const { channel, orderId } = row;
    await this.submissions.add(em, { channel, name: 'recordDelivery', input: { orderId }, key: orderId });
  }
}

const DAY = 24 * 3_600_000;

/** A message lives at most a day, and no longer than its order. */
function bounded(lifetime: number): { lifetime: number } {
  return { lifetime: Math.min(lifetime, DAY) };
}
