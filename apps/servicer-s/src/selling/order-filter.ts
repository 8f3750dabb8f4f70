import type { Order, OrderState } from '@tacit/contracts';
import { IsNull, LessThanOrEqual, MoreThan, Not, type FindOptionsWhere } from 'typeorm';
import type { OrderEntity } from '../entities';

export const ORDER_STATES = [
  'ordered',
  'delivered',
  'charged',
  'disputed',
  'refused',
  'credited',
  'expired',
] as const satisfies readonly OrderState[];

/** The rows whose `orderState` is `state` at `now`, as a condition that the database can look up. */
export function whereState(state: OrderState, now: number): FindOptionsWhere<OrderEntity>[] {
  const open = { ended: IsNull(), receivedAt: IsNull() };
  const delivered = { ...open, deliveredAt: Not(IsNull()) };
  const undelivered = { ...open, deliveredAt: IsNull() };
  switch (state) {
    case 'ordered':
      return [{ ...undelivered, deadline: MoreThan(now) }];
    case 'expired':
      return [{ ...undelivered, deadline: LessThanOrEqual(now) }];
    case 'delivered':
      return [{ ...delivered, deadline: MoreThan(now) }];
    case 'charged':
      return [
        { ended: IsNull(), receivedAt: Not(IsNull()) },
        { ...delivered, deadline: LessThanOrEqual(now) },
      ];
    default:
      return [{ ended: state }];
  }
}

/** The contract's form of a row, for `orderState`. */
export function asOrder(row: OrderEntity, servicer: string): Order {
  const {
    orderId,
    pairId,
    customer,
    minorUnits,
    currency,
    orderedAt,
    deadline,
    deliveredAt,
    receivedAt,
    ended,
  } = row;
  return {
    orderId,
    pairId,
    customer,
    servicer,
    price: { minorUnits, currency },
    orderedAt,
    deadline,
    deliveredAt,
    receivedAt,
    ended: ended && { state: ended, reason: row.endedReason ?? '' },
  };
}
