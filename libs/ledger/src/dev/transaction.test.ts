import type { LedgerKey } from '@tacit/contracts';
import { A, B, TestNetwork } from './ledger.fixture';

let network: TestNetwork;
beforeEach(async () => {
  network = await TestNetwork.create();
});
afterEach(() => network.remove());

describe('a transaction', () => {
  it('does not see its own writes, and the next one does', async () => {
    const peer = network.peer(B);
    const input = { key: ['pair', '1'], value: 'x' };
    expect(await network.submit(peer, B, 'put', input)).toBeNull();
    expect(await network.submit(peer, B, 'put', input)).toBe('x');
    expect(await network.submit(peer, B, 'putPrivate', input)).toBeNull();
    expect(await network.submit(peer, B, 'putPrivate', input)).toBe('x');
    expect(await network.evaluate(network.peer(A), A, 'get', input)).toBe('x');
    expect(await network.evaluate(network.peer(A), A, 'getPrivate', input)).toBe('x');
  });

  it('knows channel, caller and the submitter’s time', async () => {
    const { client, admin } = network.identity(B);
    const timestamp = Date.now() - 60_000;
    for (const [as, { fingerprint }] of [['client', client] as const, ['admin', admin] as const]) {
      const proposal = network.sign(B, { channel: 'quality', name: 'context', input: {}, as }, timestamp);
      const { txId, result } = await network.peer(B).submit(proposal, {});
      const caller = { company: B, role: as, fingerprint };
      expect(result).toEqual({ channel: 'quality', txId, timestamp, caller });
      expect(txId).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  it('emits one event at most, and then nothing of it is recorded', async () => {
    const peer = network.peer(B);
    await expect(network.submit(peer, B, 'emitTwice')).rejects.toMatchObject({
      code: 'refused',
      contractCode: 'contract-failed',
    });
    expect(await peer.eventsAfter('quality', 0, 0)).toEqual([]);
    expect((await peer.verifyChain('quality')).blocks).toBe(0);
  });

  it('is refused with the contract’s own code', async () => {
    await expect(network.submit(network.peer(B), B, 'refuse')).rejects.toMatchObject({
      code: 'refused',
      contractCode: 'not-allowed',
      message: 'not for you',
      transient: false,
    });
  });

  it('that fails otherwise says nothing about what failed', async () => {
    const failure: unknown = await network
      .submit(network.peer(B), B, 'fail', { value: 'canary' })
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'refused', contractCode: 'contract-failed' });
    expect(String(failure)).not.toContain('canary');
    await expect(network.submit(network.peer(B), B, 'put', null)).rejects.toMatchObject({
      contractCode: 'contract-failed',
    });
  });

  it('cannot be written by a query', async () => {
    const peer = network.peer(B);
    const input = { key: ['pair', '1'] };
    await expect(network.evaluate(peer, B, 'putInQuery', input)).rejects.toMatchObject({ code: 'refused' });
    expect(await network.evaluate(peer, B, 'get', input)).toBeNull();
  });

  it('of a name that the channel’s contract does not have is refused', async () => {
    const peer = network.peer(B);
    for (const name of ['putXor', 'get', 'toString', '__proto__', '']) {
      await expect(network.submit(peer, B, name, {})).rejects.toMatchObject({ code: 'unknown-function' });
    }
    await expect(network.evaluate(peer, B, 'put', {})).rejects.toMatchObject({ code: 'unknown-function' });
    const onXor = network.sign(B, { channel: 'xor', name: 'put', input: { key: ['x'], value: '' } });
    await expect(peer.submit(onXor, {})).rejects.toMatchObject({ code: 'unknown-function' });
  });

  it.each<[string, LedgerKey]>([
    ['an empty part', ['pair', '']],
    ['a zero character', ['pair', 'a\0b']],
    ['a lone surrogate', ['pair', '\ud800']],
  ])('may not use a key with %s', async (_, key) => {
    // What RFC 8785 cannot carry does not even become a proposal.
    const peer = network.peer(B);
    const call = async (): Promise<unknown> => network.submit(peer, B, 'put', { key, value: 'x' });
    await expect(call()).rejects.toThrow(/contract failed|not JSON/);
    expect((await peer.verifyChain('quality')).blocks).toBe(0);
  });

  it('finds the records of a prefix, whole parts only, in key order', async () => {
    const peer = network.peer(B);
    const keys: LedgerKey[] = [
      ['pair', 'b', '2'],
      ['pair', 'a'],
      ['pair', 'b'],
      ['pair', 'bb'],
      ['pair', 'b', '1'],
      ['pair', 'b', 'é'],
      ['pairs', 'b'],
    ];
    for (const key of keys) await network.submit(peer, B, 'put', { key, value: key.join('/') });
    expect(await network.evaluate(peer, B, 'list', { key: ['pair', 'b'] })).toEqual([
      [['pair', 'b'], 'pair/b'],
      [['pair', 'b', '1'], 'pair/b/1'],
      [['pair', 'b', '2'], 'pair/b/2'],
      [['pair', 'b', 'é'], 'pair/b/é'],
    ]);
    expect(await network.evaluate(peer, B, 'list', { key: ['pair'] })).toHaveLength(6);
  });
});
