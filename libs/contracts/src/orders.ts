/** An order as it stands on the channel. What time alone decides is derived by `orderState`. */
export interface Order {
  readonly orderId: string;
  readonly pairId: string;
  readonly customer: string;
  readonly servicer: string;
  readonly price: { readonly minorUnits: number; readonly currency: string };
  readonly orderedAt: number;
  readonly deadline: number;
  readonly deliveredAt: number | null;
  readonly receivedAt: number | null;
  readonly ended: { readonly state: 'disputed' | 'refused' | 'credited'; readonly reason: string } | null;
}

export type OrderState =
  'ordered' | 'delivered' | 'charged' | 'disputed' | 'refused' | 'credited' | 'expired';

/**
 * State of an order at a time. The receipt makes the charge, or the deadline does if the record was delivered and
 * not disputed. Both are derived, never transactions that a silent partner could hold back.
 *
 * @param now milliseconds UTC
 */
export function orderState(order: Order, now: number): OrderState {
  if (order.ended) return order.ended.state;
  if (order.receivedAt !== null) return 'charged';
  const late = now >= order.deadline;
  if (order.deliveredAt !== null) return late ? 'charged' : 'delivered';
  return late ? 'expired' : 'ordered';
}
