import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  ProblemException,
  readCursor,
  toPage,
  type CompanyConfig,
  type Page,
} from '@tacit/company';
import { orderState } from '@tacit/contracts';
import { And, IsNull, LessThan, MoreThanOrEqual, Not, type FindOptionsWhere } from 'typeorm';
import { OrderEntity } from '../entities';
import { Delivery } from './delivery';
import { asOrder, whereState } from './order-filter';
import type { OrdersQuery, OrderView, PaymentBody } from './order.dto';

@Injectable()
export class OrdersService {
  constructor(
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
    private readonly database: Database,
    private readonly delivery: Delivery,
  ) {}

  /** Newest first. */
  async list(query: OrdersQuery): Promise<Page<OrderView>> {
    const now = Date.now();
    const [orderedAt, orderId] = readCursor(query, 'number', 'string') ?? [Number.MAX_SAFE_INTEGER, ''];
    const positions: FindOptionsWhere<OrderEntity>[] = [
      { orderedAt: LessThan(orderedAt) },
      { orderedAt, orderId: LessThan(orderId) },
    ];
    const filter: FindOptionsWhere<OrderEntity> = {
      ...(query.customer !== undefined && { customer: query.customer }),
      ...(query.paid !== undefined && { paidAt: query.paid === 'true' ? Not(IsNull()) : IsNull() }),
    };
    const state = query.state ?? (query.paid === 'false' ? 'charged' : undefined);
    const states = state === undefined ? [{}] : whereState(state, now);
    const where = positions.flatMap((position) =>
      states.map((condition) => ({ ...condition, ...filter, ...position })),
    );
    const rows = await this.database.read((em) =>
      em.find(OrderEntity, { where, order: { orderedAt: 'DESC', orderId: 'DESC' }, take: query.limit + 1 }),
    );
    return toPage(
      rows,
      query,
      (row) => [row.orderedAt, row.orderId],
      (row) => this.#show(row, now),
    );
  }

  /** Every order of a period, oldest first. Times are ISO 8601; `from` is included, `to` is not. */
  async between({
    customer,
    from,
    to,
  }: {
    customer?: string;
    from?: string;
    to?: string;
  }): Promise<OrderView[]> {
    const now = Date.now();
    const [start, end] = [from ? Date.parse(from) : 0, to ? Date.parse(to) : Number.MAX_SAFE_INTEGER];
    const rows = await this.database.read((em) =>
      em.find(OrderEntity, {
        where: {
          orderedAt: And(MoreThanOrEqual(start), LessThan(end)),
          ...(customer !== undefined && { customer }),
        },
        order: { orderedAt: 'ASC', orderId: 'ASC' },
      }),
    );
    return rows.map((row) => this.#show(row, now));
  }

  /** @throws ProblemException `not-found` */
  async get(orderId: string): Promise<OrderView> {
    return this.#show(await this.#find(orderId), Date.now());
  }

  /** Enters that a charge was paid. @throws ProblemException `not-found`, `conflict` */
  async pay(orderId: string, { paidAt, reference }: PaymentBody): Promise<OrderView> {
    const now = Date.now();
    await this.database.transaction(async (em) => {
      const row = await em.findOneBy(OrderEntity, { orderId });
      if (!row) throw noOrder();
      const state = orderState(asOrder(row, this.config.company), now);
      if (state !== 'charged') {
        throw new ProblemException('conflict', { detail: `the order is ${state}, nothing is owed for it` });
      }
      await em.update(OrderEntity, { orderId }, { paidAt: Date.parse(paidAt), paymentReference: reference });
    });
    return this.get(orderId);
  }

  /** Delivers an undelivered order once more. @throws ProblemException `not-found`, `conflict` */
  async deliver(orderId: string): Promise<OrderView> {
    await this.database.transaction(async (em) => {
      const row = await em.findOneBy(OrderEntity, { orderId });
      if (!row) throw noOrder();
      const state = orderState(asOrder(row, this.config.company), Date.now());
      if (state !== 'ordered') throw new ProblemException('conflict', { detail: `the order is ${state}` });
      await this.delivery.again(em, row);
    });
    return this.get(orderId);
  }

  async #find(orderId: string): Promise<OrderEntity> {
    const row = await this.database.read((em) => em.findOneBy(OrderEntity, { orderId }));
    if (!row) throw noOrder();
    return row;
  }

  #show(row: OrderEntity, now: number): OrderView {
    const { orderId, pairId, customer, minorUnits, currency, orderedAt, deadline, deliveredAt, receivedAt } =
      row;
    return {
      orderId,
      pairId,
      customer,
      state: orderState(asOrder(row, this.config.company), now),
      price: { minorUnits, currency },
      orderedAt: iso(orderedAt),
      deadline: iso(deadline),
      deliveredAt: deliveredAt === null ? null : iso(deliveredAt),
      receivedAt: receivedAt === null ? null : iso(receivedAt),
      reason: row.endedReason ?? row.trouble,
      payment:
        row.paidAt === null ? null : { paidAt: iso(row.paidAt), reference: row.paymentReference ?? '' },
    };
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

function noOrder(): ProblemException {
  return new ProblemException('not-found', {
    detail: 'no such order',
    next: 'GET /orders lists the orders.',
  });
}
