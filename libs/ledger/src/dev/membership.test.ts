import * as fs from 'node:fs';
import * as path from 'node:path';
import { A, B, NETWORK, S, TestNetwork } from './ledger.fixture';
import { writeDevNetwork } from './network';

let network: TestNetwork;
beforeEach(async () => {
  network = await TestNetwork.create(NETWORK, [A, B, S]);
});
afterEach(() => network.remove());

describe('membership', () => {
  it('lists a company’s own channels with their members’ roots', async () => {
    const channels = await network.peer(S).channels();
    expect(channels).toEqual([
      {
        name: 'xor',
        members: [B, S],
        roots: { [B]: [network.identity(B).rootPem], [S]: [network.identity(S).rootPem] },
      },
    ]);
  });

  it('keeps a stranger out without opening a file', async () => {
    const stranger = network.peer(S);
    for (const call of [
      () => network.submit(stranger, S, 'put', { key: ['x'], value: '' }),
      () => network.evaluate(stranger, S, 'get', { key: ['x'] }),
      () => stranger.eventsAfter('quality', 0, 0),
      () => stranger.verifyChain('quality'),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: 'not-a-member', transient: false });
    }
    expect(fs.readdirSync(network.dir).filter((file) => file.startsWith('quality'))).toEqual([]);
  });

  it('keeps a stranger’s proposal out of a member’s peer', async () => {
    await expect(network.submit(network.peer(B), S, 'put', { key: ['x'], value: '' })).rejects.toMatchObject({
      code: 'not-a-member',
    });
  });

  it('tells an unknown channel', async () => {
    for (const channel of ['quality-b', 'sales', '../quality', '', '__proto__']) {
      const proposal = network.sign(B, { channel, name: 'put', input: {} });
      await expect(network.peer(B).submit(proposal, {})).rejects.toMatchObject({ code: 'unknown-channel' });
      await expect(network.peer(B).eventsAfter(channel, 0, 0)).rejects.toMatchObject({
        code: 'unknown-channel',
      });
    }
  });

  it('finds a channel that is added while it runs', async () => {
    const peer = network.peer(B);
    const proposal = network.sign(B, {
      channel: 'quality-new',
      name: 'put',
      input: { key: ['x'], value: 'y' },
    });
    await expect(peer.submit(proposal, {})).rejects.toMatchObject({ code: 'unknown-channel' });
    writeDevNetwork(network.dir, { channels: [...NETWORK.channels, { name: 'quality-new', members: [B] }] });
    expect(await peer.submit(proposal, {})).toMatchObject({ block: 1 });
    expect((await peer.channels()).map(({ name }) => name)).toContain('quality-new');
  });

  it('keeps channels apart', async () => {
    const peer = network.peer(B);
    await network.submit(peer, B, 'put', { key: ['x'], value: 'y' });
    const elsewhere = network.sign(B, { channel: 'quality-a2', name: 'get', input: { key: ['x'] } });
    expect(await peer.evaluate(elsewhere, {})).toBeNull();
  });

  it.each([
    ['not JSON', '{'],
    ['no channels', '{}'],
    ['a name that leaves the folder', '{"channels":[{"name":"../x","members":["A"]}]}'],
    ['a channel twice', '{"channels":[{"name":"x","members":["A"]},{"name":"x","members":["B"]}]}'],
    ['a member that leaves the folder', '{"channels":[{"name":"x","members":["../A"]}]}'],
  ])('refuses a network.json with %s', async (_, content) => {
    fs.writeFileSync(path.join(network.dir, 'network.json'), content);
    await expect(network.peer(B).channels()).rejects.toMatchObject({ code: 'misconfigured' });
  });
});

it('refuses production', () => {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = 'production';
  try {
    expect(() => network.peer(B)).toThrow('NODE_ENV is production');
  } finally {
    process.env['NODE_ENV'] = before;
  }
});
