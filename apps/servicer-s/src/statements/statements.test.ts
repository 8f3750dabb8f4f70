import type { OrderView } from '../selling/order.dto';
import { statementOf, toCsv } from './statements';

const order = (change: Partial<OrderView>): OrderView => ({
  orderId: 'o',
  pairId: 'p',
  customer: 'ManufacturerA',
  state: 'charged',
  price: { minorUnits: 250, currency: 'EUR' },
  orderedAt: '2026-01-31T00:00:00.000Z',
  deadline: '2026-02-07T00:00:00.000Z',
  deliveredAt: null,
  receivedAt: null,
  reason: null,
  payment: null,
  ...change,
});
const payment = { paidAt: '2026-02-15T00:00:00.000Z', reference: 'INV-1' };

describe('statements', () => {
  it('total each currency by what became of the orders', () => {
    const { totals } = statementOf([
      order({}),
      order({ payment }),
      order({ state: 'credited' }),
      order({ state: 'disputed' }),
      order({ state: 'ordered' }),
      order({ state: 'refused' }),
      order({ state: 'expired' }),
      order({ price: { minorUnits: 300, currency: 'CHF' } }),
    ]);
    expect(totals).toEqual([
      { currency: 'CHF', charged: 300, unpaid: 300, credited: 0, disputed: 0, undelivered: 0 },
      { currency: 'EUR', charged: 500, unpaid: 250, credited: 250, disputed: 250, undelivered: 250 },
    ]);
  });

  it('are CSV that a spreadsheet reads as text', () => {
    const csv = toCsv(
      statementOf([order({ payment: { ...payment, reference: '=HYPERLINK("x")' }, reason: 'wrong, "cut"' })]),
    );
    const [header, row, end] = csv.split('\r\n');
    expect(header).toBe(
      'orderId,customer,pairId,orderedAt,state,minorUnits,currency,paidAt,reference,reason',
    );
    expect(row).toContain(`"'=HYPERLINK(""x"")"`);
    expect(row).toContain('"wrong, ""cut"""');
    expect(end).toBe('');
    expect(toCsv(statementOf([order({ orderId: '-Cm51' })]))).toContain('\r\n-Cm51,');
  });
});
