// An order on the channel. What its two parties do about it are records of their own: delivery and receipt are often
// noted at the same moment, and two transactions that wrote one record would not both be valid.
import { ContractError } from './errors';
import { timeOfChange } from './ledger-time';
import type { Order } from './orders';
import { emit, read, require, write } from './records';
import type { LedgerTransaction } from './transaction';

/** An order as it was placed. */
export type PlacedOrder = Omit<Order, 'deliveredAt' | 'receivedAt' | 'ended'>;

/** What can be noted about an order, each at most once; the value of the key `[kind, orderId]`. */
interface Notes {
  readonly delivery: { readonly at: number };
  readonly receipt: { readonly at: number };
  readonly end: NonNullable<Order['ended']>;
}

type NoteKind = keyof Notes;
const NOTE_KINDS = ['delivery', 'receipt', 'end'] as const satisfies readonly NoteKind[];

/** Who changes an order, how, and by which notes it is judged whether that may be. */
export interface OrderChange<Kind extends NoteKind> {
  readonly party: 'customer' | 'servicer';
  readonly note: Kind;
  readonly event: string;
  /** All of them unless told; those left out may be noted at the same moment. */
  readonly reads?: readonly NoteKind[];
  /** `undefined` when there is nothing left to do. */
  readonly make: (order: Order, now: number) => Promise<Notes[Kind] | undefined>;
}

export function writeOrder(tx: LedgerTransaction, order: PlacedOrder): void {
  write(tx, ['order', order.orderId], order);
  write(tx, ['order-of', order.customer, order.pairId], { orderId: order.orderId });
}

/** @param kinds notes that are not read count as not made @throws ContractError `unknown-order` */
export async function readOrder(
  tx: LedgerTransaction,
  orderId: string,
  kinds: readonly NoteKind[] = NOTE_KINDS,
): Promise<Order> {
  const placed = await require<PlacedOrder>(tx, ['order', orderId], 'unknown-order');
  const note = async <Kind extends NoteKind>(kind: Kind): Promise<Notes[Kind] | undefined> =>
    kinds.includes(kind) ? read<Notes[Kind]>(tx, [kind, orderId]) : undefined;
  return {
    ...placed,
    deliveredAt: (await note('delivery'))?.at ?? null,
    receivedAt: (await note('receipt'))?.at ?? null,
    ended: (await note('end')) ?? null,
  };
}

/** Identifier of a customer's latest order of a pair. */
export async function lastOrderId(
  tx: LedgerTransaction,
  customer: string,
  pairId: string,
): Promise<string | undefined> {
  return (await read<{ orderId: string }>(tx, ['order-of', customer, pairId]))?.orderId;
}

/** When the order, or what was read of it, changed last, milliseconds UTC. */
export function lastChange({ orderedAt, deliveredAt, receivedAt }: Order): number {
  return Math.max(orderedAt, deliveredAt ?? 0, receivedAt ?? 0);
}

/** Notes something about an order on behalf of one of its two parties. @throws ContractError */
export async function changeOrder<Kind extends NoteKind>(
  tx: LedgerTransaction,
  orderId: string,
  { party, note, event, reads, make }: OrderChange<Kind>,
): Promise<unknown> {
  const order = await readOrder(tx, orderId, reads);
  if (tx.caller.company !== order[party]) {
    throw new ContractError('not-allowed', `only the order's ${party} may do this`);
  }
  const made = await make(order, timeOfChange(tx, lastChange(order)));
  if (!made) return {};
  write(tx, [note, orderId], made);
  emit(tx, event, { orderId, pairId: order.pairId });
  return {};
}
