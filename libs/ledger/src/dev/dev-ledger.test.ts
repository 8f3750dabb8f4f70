import { LedgerError, type Ledger, type LedgerEvent } from '../ledger';
import { DevLedger } from './dev-ledger';
import { A, B, testContracts, TestNetwork } from './ledger.fixture';
import { openDevLedger } from './open';
import type { Peer } from './peer';

let network: TestNetwork;
const ledgers: Ledger[] = [];

beforeEach(async () => {
  network = await TestNetwork.create();
});
afterEach(async () => {
  await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
  await network.remove();
});

async function open(company: string, inThread = testContracts()): Promise<Ledger> {
  const identityDir = network.identityDir(company);
  const ledger = await openDevLedger({ networkDir: network.dir, identityDir, company, inThread });
  ledgers.push(ledger);
  return ledger;
}

const tell = (ledger: Ledger, value: string): Promise<{ block: number }> =>
  ledger.submit({ channel: 'quality', name: 'putAndTell', input: { key: ['x', value], value } });

/** The next `count` events after a checkpoint. */
async function take(ledger: Ledger, count: number, checkpoint?: string): Promise<LedgerEvent[]> {
  const stop = new AbortController();
  const events: LedgerEvent[] = [];
  for await (const event of ledger.events('quality', checkpoint, stop.signal)) {
    events.push(event);
    if (events.length === count) stop.abort();
  }
  return events;
}

describe('opening', () => {
  it('publishes the root once; a company that lost its identity does not get its name back', async () => {
    await open(B);
    await open(B);
    const impostor = await TestNetwork.create();
    const options = { networkDir: network.dir, company: B, inThread: testContracts() };
    await expect(openDevLedger({ ...options, identityDir: impostor.identityDir(B) })).rejects.toMatchObject({
      code: 'misconfigured',
    });
    await expect(openDevLedger({ ...options, identityDir: network.identityDir(A) })).rejects.toMatchObject({
      code: 'misconfigured',
    });
    await impostor.remove();
  });

  it('is refused in production', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(open(B)).rejects.toMatchObject({
        code: 'misconfigured',
        message: expect.stringContaining('one machine') as string,
      });
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it('tells driver and company', async () => {
    expect(await open(B)).toMatchObject({ driver: 'dev', company: B });
  });
});

describe('a call', () => {
  it('is signed by the client, or by the admin where asked', async () => {
    const ledger = await open(B);
    const call = { channel: 'quality', name: 'context', input: {} };
    expect((await ledger.submit(call)).result).toMatchObject({ caller: { company: B, role: 'client' } });
    expect((await ledger.submit({ ...call, as: 'admin' })).result).toMatchObject({
      caller: { role: 'admin' },
    });
  });

  it('carries transient data to transactions', async () => {
    const ledger = await open(B);
    const call = { channel: 'quality', name: 'putTransient', input: { key: ['n'] } };
    await ledger.submit({ ...call, transient: { secret: new Uint8Array(7) } });
    expect(await ledger.evaluate({ ...call, name: 'get' })).toBe('7');
  });

  it('that meets another one on the same record is simulated again', async () => {
    const [a, b] = [await open(A), await open(B)];
    const increment = { channel: 'quality', name: 'increment', input: { key: ['counter'] } };
    const submitted = [a, b].flatMap((ledger) => Array.from({ length: 10 }, () => ledger.submit(increment)));
    const counts = (await Promise.all(submitted)).map(({ result }) => result as number);
    expect(counts.sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });

  it('gives up a conflict that does not end, and nothing else is tried twice', async () => {
    for (const [code, tries] of [
      ['conflict', 10],
      ['refused', 1],
      ['unavailable', 1],
    ] as const) {
      const submit = jest.fn<Promise<never>, Parameters<Peer['submit']>>(() =>
        Promise.reject(new LedgerError(code, 'no')),
      );
      const ledger = new DevLedger(network.identity(B), { submit } as unknown as Peer);
      const call = { channel: 'quality', name: 'increment', input: {} };
      await expect(ledger.submit(call)).rejects.toMatchObject({ code });
      expect(submit).toHaveBeenCalledTimes(tries);
      expect(new Set(submit.mock.calls.map(([signed]) => signed.bytes)).size).toBe(tries);
    }
  });
});

describe('events', () => {
  it('come in order, past ones first and then as they happen, also of other companies', async () => {
    const [a, b] = [await open(A), await open(B)];
    await tell(b, '1');
    await b.submit({ channel: 'quality', name: 'nothing', input: {} });
    const coming = take(a, 4);
    await tell(b, '2');
    await tell(a, '3');
    await tell(b, '4');
    const events = await coming;
    expect(events.map(({ payload }) => (payload as { value: string }).value)).toEqual(['1', '2', '3', '4']);
    expect(events.map(({ block }) => block)).toEqual([1, 3, 4, 5]);
    expect(events[0]).toMatchObject({ channel: 'quality', name: 'Put', checkpoint: '1' });
    expect(events[0]?.txId).toMatch(/^[0-9a-f]{64}$/);
    expect(Math.abs(Date.now() - (events[0]?.timestamp ?? 0))).toBeLessThan(60_000);
  });

  it('go on after a checkpoint, in a new process too', async () => {
    const first = await open(B);
    for (const value of ['1', '2', '3']) await tell(first, value);
    const [event] = await take(first, 1);
    await first.close();
    const rest = await take(await open(B), 2, event?.checkpoint);
    expect(rest.map(({ block }) => block)).toEqual([2, 3]);
  });

  it('of more blocks than are read at once come all', async () => {
    const ledger = await open(B);
    for (let i = 0; i < 120; i++) await tell(ledger, i.toString());
    const events = await take(ledger, 120);
    expect(events.map(({ block }) => block)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  });

  it('end when the signal aborts, while waiting and before', async () => {
    const ledger = await open(B);
    const stop = new AbortController();
    const iterator = ledger.events('quality', undefined, stop.signal)[Symbol.asyncIterator]();
    const next = iterator.next();
    stop.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    const stopped = ledger.events('quality', undefined, stop.signal)[Symbol.asyncIterator]();
    expect(await stopped.next()).toEqual({ done: true, value: undefined });
  });

  it('survive a ledger that cannot be read for a while', async () => {
    const event = { block: 3 } as LedgerEvent;
    const eventsAfter = jest
      .fn<Promise<readonly LedgerEvent[]>, Parameters<Peer['eventsAfter']>>()
      .mockRejectedValueOnce(new LedgerError('unavailable', 'no'))
      .mockResolvedValue([event]);
    const ledger = new DevLedger(network.identity(B), { eventsAfter } as unknown as Peer);
    expect(await take(ledger, 1, '2')).toEqual([event]);
    expect(eventsAfter).toHaveBeenNthCalledWith(2, 'quality', 2, expect.any(Number));
  });

  it.each(['x', '-1', '1.5', 'NaN'])('refuse the checkpoint %j', async (checkpoint) => {
    await expect(take(await open(B), 1, checkpoint)).rejects.toMatchObject({ code: 'bad-proposal' });
  });

  it('of a channel that the company has not joined are refused', async () => {
    const { signal } = new AbortController();
    const stranger = (await open(A)).events('xor', undefined, signal)[Symbol.asyncIterator]();
    await expect(stranger.next()).rejects.toMatchObject({ code: 'not-a-member' });
    const lost = (await open(B)).events('sales', undefined, signal)[Symbol.asyncIterator]();
    await expect(lost.next()).rejects.toMatchObject({ code: 'unknown-channel' });
  });
});
