import {
  A,
  agree,
  B,
  buy,
  compareAll,
  publishSeries,
  S,
  startTestNetwork,
  type ComparisonView,
  type TestNetwork,
} from '../support';
import { settled } from './settled';
import type { StatementView } from './views';

jest.setTimeout(300_000);

/** The moisture of the paper, in g/cm², and what A's own dehumidifier showed, in kg/h. */
const MOISTURE = ['0.45', '0.41', '0.76', '1.32'];
const DEHUMIDIFIER = ['1.38', '1.39', '1.29', '1.15'];
const monthEnd = (month: number): string => new Date(Date.UTC(2020, month, 0, 12)).toISOString();

const EXPECTED = {
  bit: [
    { direction: 'fall', index: 2, range: { min: '0.01', max: '0.07', unit: 'g/cm²' } },
    { direction: 'rise', index: 6, range: { min: '0.01', max: '1.27', unit: 'g/cm²' } },
    { direction: 'rise', index: 7, range: { min: '0.01', max: '2.55', unit: 'g/cm²' } },
  ],
  magnitude: [
    { direction: 'fall', index: 2, range: { min: '0.04', max: '0.07', unit: 'g/cm²' } },
    { direction: 'rise', index: 5, range: { min: '0.32', max: '0.63', unit: 'g/cm²' } },
    { direction: 'rise', index: 5, range: { min: '0.32', max: '0.63', unit: 'g/cm²' } },
  ],
} as const;

describe('the published case', () => {
  let network: TestNetwork;
  let pairs: readonly string[];
  let comparisons: readonly ComparisonView[];

  beforeAll(async () => {
    network = await startTestNetwork();
    for (const measure of ['bit', 'magnitude'] as const) await agree(network, { measure, bits: 8 });
    await network.a.post('/alerts', { quantity: 'moisture', limit: '0.10', direction: 'rise' });
    for (const [i, value] of DEHUMIDIFIER.entries()) {
      const reading = { value, unit: 'kg/h', takenAt: monthEnd(i + 1) };
      await network.a.post('/sensors/dehumidifier/readings', reading);
    }
    pairs = await publishSeries(network, MOISTURE);
    comparisons = await settled(network, await compareAll(network, pairs));
  });
  afterAll(() => network.stop());

  const under = (measure: string): ComparisonView[] =>
    comparisons
      .filter((comparison) => comparison.measure === measure)
      .sort((a, b) => a.from.month - b.from.month);
  const statement = (): Promise<StatementView> => network.s.get(`/statements?customer=${A}`);

  it.each(['bit', 'magnitude'] as const)('has the outcomes of the paper’s series under %s', (measure) => {
    expect(under(measure).map(({ outcome }) => outcome)).toEqual(
      EXPECTED[measure].map((outcome) => ({ ...outcome, proof: 'verified' })),
    );
  });

  it('is told in words', () => {
    expect(under('magnitude').map(({ sentence }) => sentence)).toEqual([
      'moisture fell by 0.04 to 0.07 g/cm², proof verified',
      'moisture rose by 0.32 to 0.63 g/cm², proof verified',
      'moisture rose by 0.32 to 0.63 g/cm², proof verified',
    ]);
  });

  it('has a history, months, lots and a paid order', () => {
    const [first] = under('bit');
    expect(first).toMatchObject({
      state: 'verified',
      reason: null,
      from: { month: 1, sequence: 1, takenAt: monthEnd(1), lot: 'LOT-1' },
      to: { month: 2, sequence: 2, takenAt: monthEnd(2), lot: 'LOT-2' },
      history: ['created', 'ordered', 'delivered', 'requested', 'answered', 'verified'].map((state) => ({
        state,
      })),
      order: { price: { minorUnits: 250, currency: 'EUR' }, state: 'charged' },
    });
  });

  it('shows the first significant change in month 3, beside sensors and lots', async () => {
    const changes = await network.a.get('/changes?quantity=moisture');
    expect(changes).toMatchObject({
      quantity: 'moisture',
      unit: 'g/cm²',
      limit: '0.10',
      firstSignificantChange: 3,
      months: [1, 2, 3, 4].map((month) => ({
        month,
        sensors: [{ sensor: 'dehumidifier', value: DEHUMIDIFIER[month - 1], unit: 'kg/h' }],
        lots: [`LOT-${month}`],
      })),
    });
    const { months } = changes as { months: { comparisons: { measure: string; sentence: string }[] }[] };
    expect(months.map(({ comparisons: shown }) => shown.length)).toEqual([0, 2, 2, 2]);
  });

  it('fires the alert for what is certainly as large as its limit', async () => {
    const [rule] = await network.a.list<{ limit: string; fired: { month: number; sentence: string }[] }>(
      '/alerts',
    );
    expect(rule?.fired.map(({ month }) => month).sort()).toEqual([3, 4]);
    expect(rule?.fired[0]?.sentence).toBe('moisture rose by 0.32 to 0.63 g/cm², proof verified');
  });

  it('shows B what every answer told, to whom, and what is left', async () => {
    const disclosures = await network.b.list<Record<string, unknown>>('/disclosures?quantity=moisture');
    expect(disclosures).toHaveLength(6);
    for (const disclosure of disclosures) {
      expect(disclosure).toMatchObject({
        to: A,
        verdict: 'verified',
        budgetLeft: { agreement: 997, quantity: null },
      });
    }
    expect(disclosures).toContainEqual(
      expect.objectContaining({
        measure: 'magnitude',
        sequence: { x: 2, y: 3 },
        direction: 'rise',
        index: 5,
        range: { min: '0.32', max: '0.63', unit: 'g/cm²' },
      }),
    );
  });

  it('is one comparison for each pair however often it is asked for, charged once', async () => {
    const again = await buy(network, [...pairs].reverse());
    expect(again.map(({ id }) => id)).toEqual(comparisons.map(({ id }) => id).reverse());
    const { orders, totals } = await statement();
    expect(orders).toHaveLength(6);
    expect(totals).toEqual([expect.objectContaining({ currency: 'EUR', charged: 1500, unpaid: 1500 })]);
  });

  it('is settled order by order, in JSON and in CSV', async () => {
    const [order] = (await statement()).orders;
    const payment = { paidAt: '2026-02-15T00:00:00.000Z', reference: 'INV-42' };
    await network.s.put(`/orders/${order?.orderId ?? ''}/payment`, payment);
    const { orders, totals } = await statement();
    expect(totals).toEqual([expect.objectContaining({ charged: 1500, unpaid: 1250 })]);
    expect(orders[0]).toMatchObject({ orderId: order?.orderId, state: 'charged', payment });
    expect(await network.s.list('/orders?paid=false')).toHaveLength(5);

    const csv = await network.s.request('GET', `/statements?customer=${A}&format=csv`);
    expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
    const [header, ...lines] = String(csv.body).trimEnd().split('\r\n');
    expect(header).toBe(
      'orderId,customer,pairId,orderedAt,state,minorUnits,currency,paidAt,reference,reason',
    );
    expect(lines).toHaveLength(6);
    expect(lines[0]).toContain(`${order?.orderId ?? ''},${A},${order?.pairId ?? ''},`);
    expect(lines[0]).toContain(',charged,250,EUR,2026-02-15T00:00:00.000Z,INV-42,');
  });

  it('is all there after the three companies were stopped by SIGTERM and started again', async () => {
    await network.b.put('/budgets/moisture', { total: 7 });
    const before = await everything(network);
    for (const company of [A, B, S]) {
      await network.kill(company, 'SIGTERM');
      expect(await network.exitOf(company)).toEqual({ code: 0, signal: null });
    }
    await Promise.all([A, B, S].map((company) => network.restart(company)));
    expect(await everything(network)).toEqual(before);

    const next = await publishSeries(network, ['1.33'], { firstMonth: 4 });
    expect(await compareAll(network, next.slice(0, 1))).toMatchObject([
      { from: { month: 4 }, to: { month: 5 }, state: 'verified' },
    ]);
  });
});

/** What the three companies show, apart from what only the clock changes. */
async function everything({ a, b, s }: TestNetwork): Promise<Record<string, unknown>> {
  const lists = {
    a: ['/partners', '/agreements', '/pairs', '/comparisons', '/alerts', '/sensors'],
    b: ['/partners', '/agreements', '/readings', '/pairs', '/requests', '/disclosures', '/budgets'],
    s: ['/partners', '/customers', '/catalogue', '/orders'],
  };
  const shown: Record<string, unknown> = {
    changes: await a.get('/changes?quantity=moisture'),
    prices: await s.get('/prices'),
    statement: await s.get('/statements'),
  };
  for (const [name, client] of Object.entries({ a, b, s })) {
    for (const path of lists[name as keyof typeof lists]) {
      shown[`${name} ${path}`] = await client.list(path);
    }
  }
  return shown;
}
