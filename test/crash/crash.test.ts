import { setTimeout as sleep } from 'node:timers/promises';
import type { RestClient } from '../../tools/rest';
import { agree, startTestNetwork, type TestNetwork } from '../support';
import { CrashingNetwork } from './crashing-network';
import { ANSWERED, DECLINED } from './fault-points';
import { publishedCiphertexts } from './published-ciphertexts';

interface Comparison {
  id: string;
  pairId: string;
  state: string;
  from: { sequence: number };
  to: { sequence: number };
  outcome: { direction: string; index: number | null } | null;
  reason: { code: string } | null;
}

const MINUTE = 60_000;
/** Several comparisons under way, so that all three companies have something to be killed at. */
const AT_ONCE = 4;
jest.setTimeout(2 * MINUTE);

describe('a network whose processes are killed again and again', () => {
  let network: TestNetwork;
  let a: RestClient;
  let b: RestClient;
  let s: RestClient;
  const values: number[] = [];

  beforeAll(async () => {
    network = await startTestNetwork();
    ({ a, b, s } = network);
    // k = 8 makes keys quickly; the modulus has its real size.
    await agree(network, { bits: 8 });
  });

  afterAll(() => network.stop());

  /** Calls until the company is there and does not refuse: it may be dead at any moment. */
  async function insist<T>(call: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + 9 * MINUTE;
    for (;;) {
      const result = await call().catch((error: unknown) => {
        if (Date.now() > end) throw error;
        return undefined;
      });
      if (result !== undefined) return result;
      if (Date.now() > end) throw new Error('nothing came of it in nine minutes');
      await sleep(150);
    }
  }

  /** B records the next reading, sent again under one key until it is acknowledged. */
  async function record(): Promise<void> {
    const step = values.length;
    const value = (step * 37) % 101;
    const takenAt = new Date(Date.UTC(2026, 0, 1, step)).toISOString();
    const body = { quantity: 'moisture', value: (value / 100).toFixed(2), takenAt, lot: `LOT-${step}` };
    await insist(async () => {
      const { status } = await b.request('POST', '/readings', {
        body,
        headers: { 'idempotency-key': `reading-${step}` },
      });
      return status < 300 ? true : undefined;
    });
    values.push(value);
  }

  const comparisons = (): Promise<Comparison[]> => a.list<Comparison>('/comparisons');

  /** A buys and compares every pair that it sees; resolves when as many have ended as there are pairs. */
  async function compareAll(): Promise<Comparison[]> {
    const expected = values.length - 1;
    return insist(async () => {
      const pairs = await a.list<{ pairId: string; comparisonId: string | null }>('/pairs');
      const fresh = pairs.filter(({ comparisonId }) => comparisonId === null).map(({ pairId }) => pairId);
      if (fresh.length > 0) await a.post('/comparisons', { pairIds: fresh });
      const all = await comparisons();
      const ended = all.filter(
        ({ state }) => !['created', 'ordered', 'delivered', 'requested', 'answered'].includes(state),
      );
      return ended.length === expected ? all : undefined;
    });
  }

  async function untilAllHit(crashing: CrashingNetwork, minutes: number): Promise<void> {
    crashing.arm();
    const end = Date.now() + minutes * MINUTE;
    try {
      while (crashing.left.length > 0 && Date.now() < end) {
        for (let i = 0; i < AT_ONCE; i++) await record();
        await compareAll();
      }
    } finally {
      await crashing.disarm();
    }
    await compareAll();
  }

  it(
    'answers every comparison once and truly, with a kill at every fault point on the way',
    async () => {
      await record();
      const crashing = new CrashingNetwork(network.network, ANSWERED);
      await untilAllHit(crashing, 8);
      expect(crashing.left).toEqual([]);
      expect(crashing.hit.length).toBeGreaterThanOrEqual(60);

      for (const { from, to, state, outcome } of await comparisons()) {
        const change = (values[to.sequence - 1] ?? 0) - (values[from.sequence - 1] ?? 0);
        expect({ state, ...outcome }).toMatchObject({
          state: 'verified',
          direction: change > 0 ? 'rise' : change < 0 ? 'fall' : 'same',
          index: change === 0 ? null : 31 - Math.clz32(Math.abs(change)),
        });
      }
    },
    10 * MINUTE,
  );

  it('charges every pair once and answers every pair once', async () => {
    const pairs = values.length - 1;
    const charged = await insist(async () => {
      const orders = await s.list<{ pairId: string; state: string }>('/orders?state=charged');
      return orders.length >= pairs ? orders : undefined;
    });
    expect(charged).toHaveLength(pairs);
    expect(new Set(charged.map(({ pairId }) => pairId)).size).toBe(pairs);
    const disclosures = await b.list<{ pairId: string }>('/disclosures');
    expect(disclosures).toHaveLength(pairs);
    expect(new Set(disclosures.map(({ pairId }) => pairId)).size).toBe(pairs);
  });

  it('never uses a key for two pairs or a nonce factor for two ciphertexts', async () => {
    const { keys, nonces } = await publishedCiphertexts(network);
    const pairs = values.length - 1;
    expect(new Set(keys).size).toBe(pairs);
    expect(nonces).toHaveLength(pairs * 3 * 8);
    expect(new Set(nonces).size).toBe(nonces.length);
  });

  it('leaves nothing undone and no dead letters', async () => {
    for (const company of [a, b, s]) {
      await insist(async () => {
        const { jobs } = await company.get<{ jobs: { queued: number; running: number; dead: number } }>(
          '/health',
        );
        expect(jobs.dead).toBe(0);
        return jobs.running === 0 ? true : undefined;
      });
    }
  });

  it(
    'credits every order whose request was refused, with a kill at every fault point on the way',
    async () => {
      const answered = (await b.list('/disclosures')).length;
      await b.put('/budgets/moisture', { total: answered });
      const crashing = new CrashingNetwork(network.network, DECLINED);
      await untilAllHit(crashing, 6);
      expect(crashing.left).toEqual([]);
      const all = await comparisons();
      const declined = all.filter(({ state }) => state === 'declined');
      expect(all.filter(({ state }) => state === 'verified')).toHaveLength(answered);
      expect(declined).toHaveLength(values.length - 1 - answered);
      const credited = await insist(async () => {
        const orders = await s.list<{ pairId: string }>('/orders?state=credited');
        return orders.length >= declined.length ? orders : undefined;
      });
      expect(credited.map(({ pairId }) => pairId).sort()).toEqual(
        declined.map(({ pairId }) => pairId).sort(),
      );
    },
    10 * MINUTE,
  );
});
