import { utf8 } from '@tacit/core';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ChannelStore } from './channel-store';
import { CollectionStore } from './collection-store';
import { A, B, TestNetwork } from './ledger.fixture';
import { privateKeyHash } from './read-write-set';

let network: TestNetwork;
beforeEach(async () => {
  network = await TestNetwork.create();
});
afterEach(() => network.remove());

describe('private and transient data', () => {
  const canary = 'canary-480913327716';
  const input = { key: ['answer', 'private-key-canary'], value: canary };

  it('leaves hashes on the channel and values in the collection’s file', async () => {
    const peer = network.peer(B);
    // By way of transient data, as the contracts do: a proposal's input stands on the channel.
    const proposal = network.sign(B, { channel: 'quality', name: 'putPrivateTransient', input: null });
    await peer.submit(proposal, { key: utf8('private-key-canary'), secret: utf8(canary) });
    expect(await network.evaluate(peer, B, 'getPrivate', input)).toBe(canary);

    const holding = [...network.files()].filter(([, bytes]) => bytes.includes(canary)).map(([name]) => name);
    expect(holding.length).toBeGreaterThan(0);
    for (const name of holding) expect(name).toMatch(/^quality\.answers\.sqlite/);
    for (const [, bytes] of network.files()) expect(bytes.includes('private-key-canary')).toBe(false);
    expect((await network.peer(A).verifyChain('quality')).problems).toEqual([]);
  });

  it('of a collection that others keep can be neither read nor written', async () => {
    await network.submit(network.peer(B), B, 'putPrivateOfB', input);
    expect(await network.evaluate(network.peer(B), B, 'getPrivateOfB', input)).toBe(canary);
    for (const call of [
      () => network.evaluate(network.peer(A), A, 'getPrivateOfB', input),
      () => network.submit(network.peer(A), A, 'putPrivateOfB', input),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'not-a-member' });
    }
    expect((await network.peer(A).verifyChain('quality')).problems).toEqual([]);
  });

  it('that is transient is in no file', async () => {
    const peer = network.peer(B);
    const proposal = network.sign(B, {
      channel: 'quality',
      name: 'putTransient',
      input: { key: ['length'] },
    });
    expect((await peer.submit(proposal, { secret: utf8(canary) })).result).toBe(true);
    expect(await network.evaluate(peer, B, 'get', { key: ['length'] })).toBe(canary.length.toString());
    await peer.close();
    for (const [, bytes] of network.files()) {
      expect(bytes.includes(canary)).toBe(false);
      expect(bytes.includes(Buffer.from(canary).toString('base64url').slice(0, 20))).toBe(false);
    }
  });

  it('that is lost or altered is never taken for the answer', async () => {
    await network.submit(network.peer(B), B, 'putPrivate', input);
    await network.closePeers();
    for (const file of fs.readdirSync(network.dir)) {
      if (file.startsWith('quality.answers')) fs.rmSync(path.join(network.dir, file));
    }
    await expect(network.evaluate(network.peer(B), B, 'getPrivate', input)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect((await network.peer(B).verifyChain('quality')).problems).toHaveLength(1);
  });

  it('is not visible when the channel’s commit fails after the collection’s', async () => {
    const peer = network.peer(B);
    await network.submit(peer, B, 'putPrivate', input);
    jest.spyOn(ChannelStore.prototype, 'append').mockImplementationOnce(() => {
      throw new Error('disk full');
    });
    const other = { ...input, value: 'never' };
    await expect(network.submit(peer, B, 'putPrivate', other)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await network.evaluate(peer, B, 'getPrivate', input)).toBe(canary);
    expect(await network.evaluate(network.peer(A), A, 'getPrivate', input)).toBe(canary);
    expect(await network.submit(peer, B, 'putPrivate', other)).toBe(canary);
    expect((await peer.verifyChain('quality')).problems).toEqual([]);
  });

  it('whose block was never written is invisible and erased at the next opening', async () => {
    const before = network.peer(B);
    await network.submit(before, B, 'put', input);
    const collection = path.join(network.dir, 'quality.answers.sqlite');
    const keyHash = privateKeyHash('answers', ['answer', 'x']);
    const store = new CollectionStore(collection);
    store.write('ab'.repeat(32), [{ keyHash, value: utf8('never') }]);
    expect(store.read(keyHash, 'ab'.repeat(32))).toBeDefined();

    const query = { key: ['answer', 'x'] };
    expect(await network.evaluate(before, B, 'getPrivate', query)).toBeNull();
    expect(await network.evaluate(network.peer(A), A, 'getPrivate', query)).toBeNull();
    expect(store.read(keyHash, 'ab'.repeat(32))).toBeUndefined();
    store.close();
  });
});
