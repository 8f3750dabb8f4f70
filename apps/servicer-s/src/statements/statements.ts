import type { OrderView } from '../selling/order.dto';
import type { StatementView, TotalView } from './statement.dto';

/** Orders ↦ their statement: one total per currency. */
export function statementOf(orders: OrderView[]): StatementView {
  const totals = new Map<string, TotalView>();
  for (const order of orders) {
    const { currency, minorUnits } = order.price;
    const total = totals.get(currency) ?? {
      currency,
      charged: 0,
      unpaid: 0,
      credited: 0,
      disputed: 0,
      undelivered: 0,
    };
    totals.set(currency, total);
    if (order.state === 'charged') {
      total.charged += minorUnits;
      if (!order.payment) total.unpaid += minorUnits;
    } else if (order.state === 'credited') total.credited += minorUnits;
    else if (order.state === 'disputed') total.disputed += minorUnits;
    else if (order.state === 'ordered') total.undelivered += minorUnits;
  }
  return { totals: [...totals.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)), orders };
}

const COLUMNS: readonly (readonly [string, (order: OrderView) => string])[] = [
  ['orderId', (order) => order.orderId],
  ['customer', (order) => order.customer],
  ['pairId', (order) => order.pairId],
  ['orderedAt', (order) => order.orderedAt],
  ['state', (order) => order.state],
  ['minorUnits', (order) => order.price.minorUnits.toString()],
  ['currency', (order) => order.price.currency],
  ['paidAt', (order) => order.payment?.paidAt ?? ''],
  ['reference', (order) => harmless(order.payment?.reference ?? '')],
  ['reason', (order) => harmless(order.reason ?? '')],
];

/** RFC 4180, a header line first. */
export function toCsv({ orders }: StatementView): string {
  const lines = [
    COLUMNS.map(([name]) => name),
    ...orders.map((order) => COLUMNS.map(([, read]) => read(order))),
  ];
  return lines.map((fields) => `${fields.map(csvField).join(',')}\r\n`).join('');
}

/** Text that a spreadsheet would run as a formula gets an apostrophe. Identifiers stay as they are. */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
