import {
  A,
  agree,
  B,
  buy,
  publishSeries,
  reaches,
  S,
  startTestNetwork,
  waitFor,
  type TestNetwork,
} from '../support';
import type { HealthView, StatementView } from './views';

jest.setTimeout(300_000);

/** How long B has to answer, milliseconds. */
const REQUEST_LIFETIME = 12_000;

describe('companies that are down', () => {
  let network: TestNetwork;
  /** Asked while B is down, and while all are. */
  let early: { readonly id: string; readonly pairId: string };
  let late: { readonly id: string; readonly pairId: string };

  beforeAll(async () => {
    network = await startTestNetwork({ settings: { [A]: { requestLifetime: REQUEST_LIFETIME } } });
    await agree(network, { bits: 8 });
    const [one = '', two = ''] = await publishSeries(network, ['0.45', '0.41', '0.76']);
    early = { id: '', pairId: one };
    late = { id: '', pairId: two };
  });
  afterAll(() => network.stop());

  const ask = async ({ pairId }: typeof early): Promise<typeof early> => {
    const [comparison] = await buy(network, [pairId]);
    return { id: comparison?.id ?? '', pairId };
  };
  const waitsFor = (company: string, counterparty: string): Promise<unknown> =>
    waitFor(`${company} waits for ${counterparty}`, async () => {
      const { status, waitingFor } = await network.client(company).get<HealthView>('/health');
      return status === 'ok' && waitingFor.some((wait) => wait.counterparty === counterparty);
    });
  const ordersOf = async ({ pairId }: typeof early): Promise<string[]> => {
    const { orders } = await network.s.get<StatementView>(`/statements?customer=${A}`);
    return orders.filter((order) => order.pairId === pairId).map(({ state }) => state);
  };

  it('B: what A asks waits for B, and A says so', async () => {
    await network.kill(B);
    early = await ask(early);
    await reaches(network, early.id, ['requested']);
    await waitsFor(A, B);
  });

  it('S as well: what A orders waits for S, and A says so', async () => {
    await network.kill(S);
    late = await ask(late);
    await reaches(network, late.id, ['ordered']);
    await waitsFor(A, S);
  });

  it('A as well: what S delivers waits for A, and S says so', async () => {
    await network.kill(A, 'SIGTERM');
    expect(await network.exitOf(A)).toEqual({ code: 0, signal: null });
    await network.restart(S);
    await waitsFor(S, A);
  });

  it('and A is back: it takes the delivery, pays and asks', async () => {
    await network.restart(A);
    await reaches(network, late.id, ['requested', 'expired']);
    await waitFor('the receipt', async () => (await ordersOf(late))[0] === 'charged');
  });

  it('B still: what it did not answer in time has expired', async () => {
    const { reason, outcome } = await reaches(network, early.id, ['expired']);
    expect({ reason: reason?.code, outcome }).toEqual({ reason: 'not-answered', outcome: null });
  });

  it('and B is back: it answers, also what is asked once more, and nothing was paid twice', async () => {
    await network.restart(B);
    await network.a.post(`/comparisons/${early.id}/retry`);
    const { state } = await reaches(network, late.id, ['verified', 'expired']);
    if (state === 'expired') await network.a.post(`/comparisons/${late.id}/retry`);
    for (const { id } of [early, late]) await reaches(network, id, ['verified']);
    for (const pair of [early, late]) expect(await ordersOf(pair)).toEqual(['charged']);
    for (const company of [A, B, S]) {
      await waitFor(`${company} waits for nobody`, async () => {
        const { waitingFor } = await network.client(company).get<HealthView>('/health');
        return waitingFor.length === 0;
      });
    }
  });
});
