import {
  agree,
  compareAll,
  enterSeries,
  published,
  publishSeries,
  startTestNetwork,
  waitFor,
  type RestAnswer,
  type RestClient,
  type TestNetwork,
} from '../support';
import type { MadePairView, OfferView, ProblemView } from './views';

jest.setTimeout(300_000);

describe('readings', () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await startTestNetwork();
  });
  afterAll(() => network.stop());

  const importCsv = (csv: string, dryRun = false): Promise<RestAnswer> =>
    network.b.request('POST', `/readings/import?dryRun=${dryRun}`, {
      body: csv,
      headers: { 'content-type': 'text/csv' },
    });
  const values = async (quantity: string): Promise<string[]> =>
    (await network.b.list<{ value: string }>(`/readings?quantity=${quantity}`)).map(({ value }) => value);

  describe('imported from a file', () => {
    const quantity = 'moisture';
    const good = [
      'quantity,value,takenAt,lot',
      `${quantity},0.45,2020-01-31T12:00:00.000Z,LOT-1`,
      `${quantity},0.41,2020-02-29T12:00:00.000Z,"LOT-2, left"`,
      `${quantity},0.76,2020-03-31T12:00:00.000Z,LOT-3`,
    ];

    beforeAll(() => agree(network, { quantity, bits: 8, answerBudget: 5 }));

    it('are refused as a whole when some are bad, and every bad row is named', async () => {
      const bad = [
        ...good,
        `${quantity},0.4137,2020-04-30T12:00:00.000Z,LOT-4`,
        `${quantity},2.56,2020-05-31T12:00:00.000Z,LOT-5`,
        `${quantity},0.42,2020-01-01T12:00:00.000Z,LOT-6`,
        `${quantity},1e2,yesterday,LOT-7`,
      ];
      for (const dryRun of [true, false]) {
        const { status, body } = await importCsv(bad.join('\n'), dryRun);
        expect({ status, code: (body as ProblemView).code }).toEqual({ status: 422, code: 'bad-row' });
        const rows = (body as ProblemView).errors?.map(({ row }) => row);
        expect([...new Set(rows)]).toEqual([4, 5, 6, 7]);
      }
      expect(await values(quantity)).toEqual([]);
    });

    it('tell what they will cost before anything is stored', async () => {
      const { status, body } = await importCsv(good.join('\n'), true);
      expect(status).toBe(200);
      expect(body).toMatchObject({
        rows: 3,
        pairs: 2,
        stored: false,
        forecast: { pairs: 2, answersLeft: 5, price: null, agreements: [{ quantity, pairs: 2 }] },
      });
      expect((body as { forecast: { coreSeconds: number } }).forecast.coreSeconds).toBeGreaterThan(0);
      expect(await values(quantity)).toEqual([]);
    });

    it('are stored and published', async () => {
      expect((await importCsv(good.join('\n'))).body).toMatchObject({ rows: 3, pairs: 2, stored: true });
      expect(await values(quantity)).toEqual(['0.45', '0.41', '0.76']);
      const pairs = await waitFor('two pairs', async () => {
        const all = await network.b.list<MadePairView>('/pairs');
        return all.length === 2 && all.map(({ pairId }) => pairId);
      });
      await published(network, pairs);
      const sentences = (await compareAll(network, pairs)).map(({ sentence }) => sentence);
      expect(sentences.sort()).toEqual([
        'moisture fell by 0.04 to 0.07 g/cm², proof verified',
        'moisture rose by 0.32 to 0.63 g/cm², proof verified',
      ]);
    });
  });

  it('that are sent twice with one Idempotency-Key are recorded once', async () => {
    const body = { quantity: 'weight', value: '1.00', takenAt: '2020-01-31T12:00:00.000Z', lot: 'LOT-1' };
    const send = (value: string): Promise<RestAnswer> =>
      network.b.request('POST', '/readings', {
        body: { ...body, value },
        headers: { 'idempotency-key': 'weight-2020-01' },
      });
    const [first, second, other] = [await send('1.00'), await send('1.00'), await send('2.00')];
    expect(first.status).toBe(201);
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-mismatch' } });
    expect(await values('weight')).toEqual(['1.00']);
  });

  describe('that were wrong', () => {
    const quantity = 'density';
    let agreement: string;
    const correct = async (sequence: number, value: string): Promise<string[]> => {
      const path = `/readings/${quantity}/${sequence}/correction`;
      return (await network.b.post<{ pairs: string[] }>(path, { value })).pairs;
    };
    const offers = (): Promise<OfferView[]> => network.a.list<OfferView>(`/pairs?agreement=${agreement}`);

    beforeAll(async () => {
      agreement = await agree(network, { quantity, bits: 8 });
    });

    it('are corrected by new pairs with both neighbours, which take the place of the old ones at A', async () => {
      const wrong = await publishSeries(network, ['0.45', '0.54', '0.46'], { quantity });
      await compareAll(network, wrong.slice(0, 1));
      await network.a.post('/alerts', { quantity, limit: '0.05' });
      expect(await network.a.get(`/changes?quantity=${quantity}`)).toMatchObject({
        firstSignificantChange: 2,
      });

      const right = await correct(2, '0.45');
      expect(right).toHaveLength(2);
      await published(network, right);
      const shown = await waitFor('the old pairs are superseded', async () => {
        const pairs = await offers();
        return pairs.filter(({ supersededBy }) => supersededBy !== null).length === 2 && pairs;
      });
      for (const [i, pairId] of wrong.entries()) {
        expect(shown.find((pair) => pair.pairId === pairId)?.supersededBy).toBe(right[i]);
        expect(shown.find((pair) => pair.pairId === right[i])).toMatchObject({
          supersedes: pairId,
          sequence: { x: i + 1, y: i + 2 },
          answerable: { code: 'answerable' },
        });
      }
      await expect(network.a.post('/comparisons', { pairIds: [wrong[1]] })).rejects.toMatchObject({
        status: 409,
        code: 'not-answerable',
      });
      expect((await compareAll(network, right)).map(({ sentence }) => sentence)).toEqual([
        'density did not change, proof verified',
        'density rose by 0.01 g/cm², proof verified',
      ]);
      expect(await network.a.get(`/changes?quantity=${quantity}`)).toMatchObject({
        firstSignificantChange: null,
      });
      expect(await values(quantity)).toEqual(['0.45', '0.45', '0.46']);
    });

    it('are corrected just as well before they are published, however often', async () => {
      const made = await enterSeries(network, ['0.50', '0.60'], { quantity, firstMonth: 3 });
      for (const value of ['0.61', '0.62', '0.63']) made.push(...(await correct(5, value)));
      await published(network, made.slice(-1));
      expect(await compareAll(network, made.slice(-1))).toMatchObject([
        { sentence: 'density rose by 0.08 to 0.15 g/cm², proof verified' },
      ]);
      const open = (await offers()).filter(
        ({ supersededBy, sequence }) => supersededBy === null && sequence.y === 5,
      );
      expect(open.map(({ pairId }) => pairId)).toEqual(made.slice(-1));
    });
  });

  it('and everything else are listed page by page, each once', async () => {
    const lists: readonly (readonly [RestClient, string])[] = [
      [network.b, '/readings'],
      [network.b, '/pairs'],
      [network.b, '/disclosures'],
      [network.a, '/pairs'],
      [network.a, '/comparisons'],
      [network.s, '/catalogue'],
      [network.s, '/orders'],
    ];
    for (const [company, path] of lists) {
      // What the scenarios before set off may still be arriving.
      await waitFor(`${path} is the same page by page`, async () => {
        const whole = await company.list(path);
        expect(whole.length).toBeGreaterThan(2);
        expect(await pageByPage(company, path, 2)).toEqual(whole);
        return true;
      });
    }
    await expect(network.a.get('/pairs?cursor=nonsense')).rejects.toMatchObject({
      status: 422,
      code: 'validation-failed',
    });
  });
});

async function pageByPage(company: RestClient, path: string, limit: number): Promise<unknown[]> {
  const items: unknown[] = [];
  let query = `?limit=${limit}`;
  for (;;) {
    const page = await company.get<{ items: unknown[]; next: string | null }>(path + query);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (page.next === null) return items;
    query = `?limit=${limit}&cursor=${encodeURIComponent(page.next)}`;
  }
}
