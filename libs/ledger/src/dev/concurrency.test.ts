import type { DevPeer } from './dev-peer';
import { A, B, testContracts, TestNetwork } from './ledger.fixture';

let network: TestNetwork;
beforeEach(async () => {
  network = await TestNetwork.create();
});
afterEach(() => network.remove());

describe('concurrent transactions of two companies', () => {
  /** Two peers whose contracts stop in mid-simulation until both have got there. */
  function openTogether(): [DevPeer, DevPeer] {
    let arrived = 0;
    let openGate = (): void => undefined;
    const bothThere = new Promise<void>((resolve) => {
      openGate = resolve;
    });
    const contracts = testContracts(async () => {
      arrived += 1;
      if (arrived === 2) openGate();
      await bothThere;
    });
    return [network.peer(A, contracts), network.peer(B, contracts)];
  }

  it.each([
    ['increment', ['counter']],
    ['incrementPrivate', ['counter']],
    ['addToList', ['list']],
  ])('%s: one wins, the other one is told of the conflict', async (name, key) => {
    const [a, b] = openTogether();
    const outcomes = await Promise.allSettled([
      network.submit(a, A, name, { key, value: 'from a' }),
      network.submit(b, B, name, { key, value: 'from b' }),
    ]);
    const [won, lost] = outcomes.sort((x, y) => x.status.localeCompare(y.status));
    expect(won).toEqual({ status: 'fulfilled', value: 1 });
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'conflict', transient: true } });
    expect(await network.submit(a, A, name, { key, value: 'again' })).toBe(2);
    expect((await b.verifyChain('quality')).problems).toEqual([]);
  });

  it('that touch different records do not disturb each other', async () => {
    const [a, b] = openTogether();
    const results = await Promise.all([
      network.submit(a, A, 'increment', { key: ['counter', 'a'] }),
      network.submit(b, B, 'increment', { key: ['counter', 'b'] }),
    ]);
    expect(results).toEqual([1, 1]);
  });

  it('do not change what a query reads while it runs', async () => {
    const [a, b] = openTogether();
    const writing = network.submit(b, B, 'increment', { key: ['counter'] });
    const reading = network.evaluate(a, A, 'getTwice', { key: ['counter'] });
    await writing;
    expect(await reading).toEqual([null, null]);
    expect(await network.evaluate(a, A, 'get', { key: ['counter'] })).toBe('1');
  });

  it('of one company take turns', async () => {
    const peer = network.peer(B);
    const counts = await Promise.all(
      Array.from({ length: 20 }, () => network.submit(peer, B, 'increment', { key: ['counter'] })),
    );
    expect(counts).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });
});
