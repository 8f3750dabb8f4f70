import {
  A,
  agree,
  compareAll,
  enterSeries,
  publishSeries,
  reaches,
  RestError,
  startTestNetwork,
  waitFor,
  type ComparisonView,
  type TestNetwork,
} from '../support';
import { settled } from './settled';
import type { AgreementView, MadePairView, OfferView, ProblemView, StatementView } from './views';

jest.setTimeout(300_000);

/** Long enough to be accepted, short enough to end before the last scenario. Milliseconds. */
const SECOND_VERSION_LIFETIME = 10_000;

describe('agreements', () => {
  let network: TestNetwork;

  /** An agreement that expires while the other scenarios run, and a pair that was published under it. */
  let ending: { readonly id: string; readonly pairId: string };

  beforeAll(async () => {
    network = await startTestNetwork();
    const quantity = 'ash';
    const id = await agree(network, { quantity, bits: 8 });
    const [pairId = ''] = await publishSeries(network, ['0.45', '0.41'], { quantity });
    const expiresAt = new Date(Date.now() + SECOND_VERSION_LIFETIME).toISOString();
    await agree(network, { quantity, bits: 8, supersedes: id, expiresAt });
    ending = { id, pairId };
  });
  afterAll(() => network.stop());

  const offers = (agreement: string): Promise<OfferView[]> =>
    network.a.list<OfferView>(`/pairs?agreement=${agreement}`);
  const made = (agreement: string): Promise<MadePairView[]> =>
    network.b.list<MadePairView>(`/pairs?agreement=${agreement}`);
  const offered = (agreement: string, code: string): Promise<OfferView[]> =>
    waitFor(`pairs are ${code}`, async () => {
      const pairs = await offers(agreement);
      return pairs.length > 0 && pairs.every(({ answerable }) => answerable.code === code) && pairs;
    });
  const ordersOf = async (...pairIds: readonly string[]): Promise<string[]> => {
    const { orders } = await network.s.get<StatementView>('/statements');
    return orders.filter(({ pairId }) => pairIds.includes(pairId)).map(({ state }) => state);
  };
  /** A orders although the prospects are bad. */
  const insist = async (pairId: string): Promise<ComparisonView> => {
    const { items } = await network.a.post<{ items: [ComparisonView] }>('/comparisons', {
      pairIds: [pairId],
      force: true,
    });
    return items[0];
  };
  const retry = (id: string): Promise<unknown> => network.a.post(`/comparisons/${id}/retry`);
  const propose = (terms: Record<string, unknown>): Promise<AgreementView> =>
    network.b.post<AgreementView>('/agreements', {
      evaluator: A,
      servicer: 'ServicerS',
      unit: 'g/cm²',
      scale: 2,
      bits: 8,
      answerBudget: 10,
      expiresAt: '2036-12-31T00:00:00.000Z',
      ...terms,
    });

  it('that A declines say why, and nothing is published under them', async () => {
    const { id } = await propose({ quantity: 'colour' });
    await waitFor('the proposal', async () => (await network.a.get<AgreementView>(`/agreements/${id}`)).id);
    await network.a.post(`/agreements/${id}/decline`, { reason: 'the scale is too fine' });
    for (const company of [network.a, network.b]) {
      const declined = await waitFor('the decision', async () => {
        const agreement = await company.get<AgreementView>(`/agreements/${id}`);
        return agreement.status === 'declined' && agreement;
      });
      expect(declined.reason).toBe('the scale is too fine');
    }
    expect(await enterSeries(network, ['0.45', '0.41'], { quantity: 'colour' })).toEqual([]);
    await expect(network.a.post(`/agreements/${id}/accept`)).rejects.toMatchObject({
      status: 409,
      code: 'agreement-not-active',
    });
  });

  it('that are superseded carry over what waits for a key, once', async () => {
    const quantity = 'density';
    const first = await agree(network, { quantity, bits: 64 });
    await enterSeries(network, ['0.45', '0.41', '0.76', '1.32', '1.10'], { quantity });
    const second = await agree(network, { quantity, bits: 8, supersedes: first });
    expect(second).toBe(first);
    const { agreementHash } = await network.b.get<AgreementView>(`/agreements/${first}`);

    const pairs = await waitFor(
      'four published pairs',
      async () => {
        const all = await made(first);
        const published = all.filter(({ state }) => state === 'published');
        return all.every(({ state }) => ['published', 'failed'].includes(state)) && published.length === 4
          ? all
          : false;
      },
      { timeout: 200_000, interval: 250 },
    );
    const published = pairs.filter(({ state }) => state === 'published');
    expect(published.map(({ sequence }) => sequence.x).sort()).toEqual([1, 2, 3, 4]);
    const carriedOver = pairs.filter(({ reason }) => reason === 'agreement-superseded');
    expect(carriedOver.length).toBeGreaterThan(0);
    expect(carriedOver.map(({ sequence }) => sequence.x).sort()).toEqual(
      published
        .filter((pair) => pair.agreementHash === agreementHash)
        .map(({ sequence }) => sequence.x)
        .sort(),
    );
    const last = published.find(({ sequence }) => sequence.x === 4);
    await waitFor('the last pair at A', async () =>
      (await offers(first)).some(({ pairId }) => pairId === last?.pairId),
    );
    expect(await compareAll(network, [last?.pairId ?? ''])).toMatchObject([
      { sentence: 'density fell by 0.16 to 0.31 g/cm², proof verified' },
    ]);
  });

  it('that are paused say so before A buys, and answer nothing until they are resumed', async () => {
    const quantity = 'weight';
    const id = await agree(network, { quantity, bits: 8 });
    const [pairId = ''] = await publishSeries(network, ['0.45', '0.41'], { quantity });
    await network.b.post(`/agreements/${id}/pause`);
    await offered(id, 'agreement-paused');
    const problem = await problemOf(network.a.post('/comparisons', { pairIds: [pairId] }));
    expect(problem.code).toBe('not-answerable');
    expect(problem.errors?.[0]?.message).toContain('agreement-paused');
    expect(await ordersOf(pairId)).toEqual([]);

    const { id: comparison } = await insist(pairId);
    expect(await reaches(network, comparison, ['declined'])).toMatchObject({
      outcome: null,
      reason: { code: 'agreement-paused' },
    });
    await network.b.post(`/agreements/${id}/resume`);
    await waitFor('A sees the agreement resumed', async () => {
      const { paused } = await network.a.get<AgreementView>(`/agreements/${id}`);
      return !paused;
    });
    await retry(comparison);
    await settled(network, [await reaches(network, comparison, ['verified'])]);
    expect(await ordersOf(pairId)).toEqual(['charged']);
  });

  it('whose budget is used up say so before A buys; a version with a larger one goes on with the same pairs', async () => {
    const quantity = 'length';
    const id = await agree(network, { quantity, bits: 8, answerBudget: 1 });
    const [one = '', two = ''] = await publishSeries(network, ['0.45', '0.41', '0.76'], { quantity });
    expect(await network.a.post('/comparisons/forecast', { pairIds: [one, two] })).toMatchObject({
      purchases: 2,
      price: [{ minorUnits: 500, currency: 'EUR' }],
      budgets: [{ answerBudget: 1, used: 0, needed: 2, left: -1 }],
    });
    expect((await problemOf(network.a.post('/comparisons', { pairIds: [one, two] }))).code).toBe(
      'not-answerable',
    );
    await compareAll(network, [one]);
    await waitFor('the second is out of budget', async () =>
      (await offers(id)).some(
        ({ pairId, answerable }) => pairId === two && answerable.code === 'budget-exceeded',
      ),
    );
    const { id: comparison } = await insist(two);
    expect(await reaches(network, comparison, ['failed'])).toMatchObject({
      reason: { code: 'budget-exceeded' },
    });

    await agree(network, { quantity, bits: 8, answerBudget: 2, supersedes: id });
    await retry(comparison);
    await reaches(network, comparison, ['verified']);
    expect(await network.b.list<{ quantity: string }>('/budgets')).toContainEqual(
      expect.objectContaining({
        quantity,
        agreements: [expect.objectContaining({ agreementId: id, answerBudget: 2, used: 2, left: 0 })],
      }),
    );
  });

  it('may be held up by a total of B’s own: B declines without a cause, and S credits A', async () => {
    const quantity = 'odour';
    await agree(network, { quantity, bits: 8 });
    await network.b.put(`/budgets/${quantity}`, { total: 0 });
    const [pairId = ''] = await publishSeries(network, ['0.45', '0.41'], { quantity });
    const { id } = await insist(pairId);
    expect(await reaches(network, id, ['declined'])).toMatchObject({
      outcome: null,
      reason: { code: 'key-holder-declined' },
    });
    expect(await network.b.list('/requests?state=refused')).toEqual([
      expect.objectContaining({ pairId, from: A, reason: 'quantity-budget-used-up' }),
    ]);
    await waitFor('the credit', async () => (await ordersOf(pairId))[0] === 'credited');

    await network.b.put(`/budgets/${quantity}`, { total: 1 });
    await retry(id);
    await settled(network, [await reaches(network, id, ['verified'])]);
    expect(await ordersOf(pairId)).toEqual(['credited', 'charged']);
    const { totals } = await network.s.get<StatementView>('/statements');
    expect(totals).toMatchObject([{ currency: 'EUR', credited: 250 }]);
  });

  it('that have expired offer nothing more, and readings are paired no more', async () => {
    const { id, pairId } = ending;
    for (const company of [network.a, network.b]) {
      await waitFor('the end', async () => {
        const { status } = await company.get<AgreementView>(`/agreements/${id}`);
        return status === 'expired';
      });
    }
    await offered(id, 'agreement-expired');
    const forced = { pairIds: [pairId], force: true };
    expect((await problemOf(network.a.post('/comparisons', forced))).code).toBe('not-answerable');
    expect(await ordersOf(pairId)).toEqual([]);
    expect(await enterSeries(network, ['0.47'], { quantity: 'ash', firstMonth: 2 })).toEqual([]);
  });
});

async function problemOf(call: Promise<unknown>): Promise<ProblemView> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RestError) return error.body as ProblemView;
    throw error;
  }
  throw new Error('the call was not refused');
}
