import {
  A,
  A2,
  agree,
  buy,
  compareAll,
  enterSeries,
  published,
  reaches,
  startTestNetwork,
  type TestNetwork,
} from '../support';
import type { AgreementView, MadePairView, OfferView, StatementView } from './views';

jest.setTimeout(300_000);

describe('a second asking company', () => {
  let network: TestNetwork;
  let pairsOf: (company: string) => readonly string[];

  beforeAll(async () => {
    network = await startTestNetwork({ withA2: true });
    await agree(network, { bits: 8, evaluator: A });
    await agree(network, { bits: 8, evaluator: A2, measure: 'bit' });
    const made = await enterSeries(network, ['0.45', '0.41', '0.76']);
    const pairs = await network.b.list<MadePairView>('/pairs');
    pairsOf = (company) =>
      pairs
        .filter(({ pairId, evaluator }) => made.includes(pairId) && evaluator === company)
        .sort((one, other) => one.sequence.x - other.sequence.x)
        .map(({ pairId }) => pairId);
    for (const company of [A, A2]) await published(network, pairsOf(company), company);
  });
  afterAll(() => network.stop());

  it.each([A, A2])('has agreements and pairs of its own, and sees no others: %s', async (company) => {
    const agreements = await network.client(company).list<AgreementView>('/agreements');
    expect(agreements).toHaveLength(1);
    const offers = await network.client(company).list<OfferView>('/pairs');
    expect(offers.map(({ pairId }) => pairId).sort()).toEqual([...pairsOf(company)].sort());
  });

  it.each([
    [A2, A],
    [A, A2],
  ])('cannot buy another’s pair: %s that of %s', async (company, owner) => {
    await expect(buy(network, pairsOf(owner), company)).rejects.toMatchObject({
      status: 404,
      code: 'pair-not-found',
    });
  });

  it('asks under its own terms, and pays for itself', async () => {
    const [forA] = await compareAll(network, pairsOf(A).slice(1));
    const [bought] = await buy(network, pairsOf(A2).slice(1), A2);
    const forA2 = await reaches(network, bought?.id ?? '', ['verified'], { evaluator: A2 });
    expect(forA?.sentence).toBe('moisture rose by 0.32 to 0.63 g/cm², proof verified');
    expect(forA2.sentence).toBe('moisture rose by 0.01 to 1.27 g/cm², proof verified');

    for (const company of [A, A2]) {
      const { orders } = await network.s.get<StatementView>(`/statements?customer=${company}`);
      expect(orders.map(({ pairId, customer }) => ({ pairId, customer }))).toEqual([
        { pairId: pairsOf(company)[1], customer: company },
      ]);
      expect(await network.client(company).list('/comparisons')).toHaveLength(1);
    }
  });

  it('shares with the others the total that B has set for the quantity', async () => {
    await network.b.put('/budgets/moisture', { total: 3 });
    await compareAll(network, pairsOf(A).slice(0, 1));
    const [refused] = await buy(network, pairsOf(A2).slice(0, 1), A2);
    const { reason } = await reaches(network, refused?.id ?? '', ['declined'], { evaluator: A2 });
    expect(reason?.code).toBe('key-holder-declined');
    const told = await network.b.list<{ to: string }>('/disclosures');
    expect(told.map(({ to }) => to).sort()).toEqual([A, A, A2]);
  });
});
