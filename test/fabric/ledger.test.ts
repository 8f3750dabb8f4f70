import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { utf8 } from '@tacit/core';
import {
  loadMspIdentity,
  openFabricLedger,
  verifyMember,
  type CompanyIdentity,
  type Ledger,
  type LedgerEvent,
} from '@tacit/ledger';
import { FabricNetwork, missingPrograms } from '../../fabric-network';
import { projectRoot } from '../../tools/paths';
import { waitFor } from '../support/wait-for';
import { PROBE_CONTRACTS } from './probe-contract';
import { RawGateway } from './raw-gateway';

const A = 'ManufacturerA';
const B = 'ManufacturerB';
const S = 'ServicerS';

jest.setTimeout(120_000);

const suite = missingPrograms().length === 0 ? describe : describe.skip;

let dir: string;
let network: FabricNetwork;
let a: Ledger;
let b: Ledger;
let s: Ledger;
const ledgers: Ledger[] = [];
let nextKey = 0;

/** A key that no other test has touched. */
const fresh = (kind: string): [string, string] => [kind, `${nextKey++}`];

function identityOf(company: string): CompanyIdentity {
  const { clientMsp: client, adminMsp: admin } = network.connectionOf(company);
  return loadMspIdentity({ mspId: company, displayName: company, client, admin });
}

/** A company's door, at its own peer or at another one's. */
async function open(company: string, at = company): Promise<Ledger> {
  const { peer, tlsCa } = network.connectionOf(at);
  const ledger = await openFabricLedger({
    identity: identityOf(company),
    peer,
    tlsRootPem: fs.readFileSync(tlsCa, 'utf8'),
    contracts: PROBE_CONTRACTS,
  });
  ledgers.push(ledger);
  return ledger;
}

const call = (name: string, input: unknown = null) => ({ channel: 'quality', name, input });

const tell = (ledger: Ledger, value: string) =>
  ledger.submit(call('putAndTell', { key: fresh('told'), value }));

const valueOf = ({ payload }: LedgerEvent): string => (payload as { value: string }).value;

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

/** The end of the channel's events now. */
async function here(ledger: Ledger): Promise<string> {
  const mark = `mark-${nextKey++}`;
  await tell(ledger, mark);
  const { signal } = new AbortController();
  for await (const event of ledger.events('quality', undefined, signal)) {
    if (valueOf(event) === mark) return event.checkpoint;
  }
  throw new Error('unreachable');
}

/** Submits until it works, as a company's jobs do. */
const insist = (ledger: Ledger, name: string, input: unknown) =>
  waitFor(`${name} works again`, () => ledger.submit(call(name, input)));

suite('the ledger on Fabric', () => {
  beforeAll(async () => {
    dir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-fabric-ledger-')), 'network');
    const entry = path.join(projectRoot, 'dist', 'test', 'fabric', 'probe-chaincode.js');
    network = await FabricNetwork.start({ dir, ports: 'free', chaincode: { entry } });
    [a, b, s] = [await open(A), await open(B), await open(S)];
  });

  afterAll(async () => {
    await Promise.all(ledgers.map((ledger) => ledger.close()));
    await network.stop();
    fs.rmSync(path.dirname(dir), { recursive: true });
  });

  describe('channels', () => {
    it('are those of the own peer, with the members’ roots', async () => {
      const channels = await b.channels();
      expect(channels.map(({ name, members }) => [name, [...members].sort()]).sort()).toEqual([
        ['quality', [A, B]],
        ['xor', [B, S]],
      ]);
      const quality = channels.find(({ name }) => name === 'quality');
      for (const company of [A, B]) {
        const { certificateDer, fingerprint } = identityOf(company).client;
        expect(verifyMember(certificateDer, quality?.roots[company] ?? [], new Date())).toMatchObject({
          role: 'client',
          fingerprint,
        });
      }
    });

    it('of others are out of reach, at the own peer and at a member’s', async () => {
      const elsewhere = await open(S, B);
      for (const ledger of [s, elsewhere]) {
        for (const attempt of [
          () => ledger.submit(call('put', { key: ['x'], value: 'y' })),
          () => ledger.evaluate(call('get', { key: ['x'] })),
          () =>
            ledger.events('quality', undefined, new AbortController().signal)[Symbol.asyncIterator]().next(),
        ]) {
          await expect(attempt()).rejects.toMatchObject({ code: 'not-a-member', transient: false });
        }
      }
    });

    it('that do not exist are told', async () => {
      const nowhere = { channel: 'nowhere', name: 'put', input: {} };
      await expect(b.submit(nowhere)).rejects.toMatchObject({ code: 'unknown-channel' });
      await expect(b.evaluate(nowhere)).rejects.toMatchObject({ code: 'unknown-channel' });
    });
  });

  describe('a transaction', () => {
    it('does not see its own writes, and the next one does, at every member', async () => {
      const input = { key: fresh('put'), value: 'x' };
      expect((await b.submit(call('put', input))).result).toBeNull();
      expect((await b.submit(call('put', input))).result).toBe('x');
      await waitFor('A sees it', async () => (await a.evaluate(call('get', input))) === 'x');
    });

    it('knows channel, caller and the submitter’s time', async () => {
      for (const as of ['client', 'admin'] as const) {
        const before = Date.now();
        const { txId, block, result } = await b.submit({ ...call('context'), as });
        expect(result).toEqual({
          channel: 'quality',
          txId,
          timestamp: expect.any(Number) as number,
          caller: { company: B, role: as, fingerprint: identityOf(B)[as]?.fingerprint },
        });
        const { timestamp } = result as { timestamp: number };
        expect(timestamp).toBeGreaterThanOrEqual(before);
        expect(timestamp).toBeLessThanOrEqual(Date.now());
        expect(block).toBeGreaterThan(0);
      }
    });

    it('may have no result', async () => {
      expect((await b.submit(call('nothing'))).result).toBeNull();
    });

    it('is refused with the contract’s own code, by the peers that endorse', async () => {
      await expect(b.submit(call('refuse'))).rejects.toMatchObject({
        code: 'refused',
        contractCode: 'not-allowed',
        message: 'not for you',
        step: 'endorse',
        txId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        endorsers: [
          { mspId: B, address: expect.any(String) as string, message: expect.any(String) as string },
        ],
        transient: false,
      });
    });

    it('that fails otherwise says nothing about what failed', async () => {
      const failure: unknown = await b
        .submit(call('fail', { value: 'canary' }))
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'refused', contractCode: 'contract-failed' });
      expect(String(failure) + JSON.stringify(failure)).not.toContain('canary');
      await expect(b.submit(call('emitTwice'))).rejects.toMatchObject({ contractCode: 'contract-failed' });
    });

    it('of a name that the contract does not have is refused', async () => {
      for (const name of ['get', 'toString', '__proto__', '']) {
        await expect(b.submit(call(name, {}))).rejects.toMatchObject({ code: 'unknown-function' });
      }
      await expect(b.evaluate(call('put', {}))).rejects.toMatchObject({ code: 'unknown-function' });
    });

    it('cannot be written by a query', async () => {
      const input = { key: fresh('query') };
      await expect(b.evaluate(call('putInQuery', input))).rejects.toMatchObject({
        code: 'refused',
        step: 'evaluate',
      });
      expect(await b.evaluate(call('get', input))).toBeNull();
    });

    it.each([
      ['an empty part', ['pair', '']],
      ['a zero character', ['pair', 'a\0b']],
      ['the last code point', ['pair', '\u{10ffff}']],
    ])('may not use a key with %s', async (_, key) => {
      await expect(b.submit(call('put', { key, value: 'x' }))).rejects.toMatchObject({
        contractCode: 'contract-failed',
      });
    });

    it('carries nothing but text and safe integers', async () => {
      await expect(b.submit(call('put', 0.5))).rejects.toMatchObject({ code: 'bad-proposal' });
    });

    it('finds the records of a prefix, whole parts only, in key order', async () => {
      const keys = [
        ['b', '2'],
        ['a'],
        ['b'],
        ['bb'],
        ['b', '1'],
        ['b', 'é'],
        ['b', '\u{1f600}'],
        ['b', '\uff21'],
      ];
      for (const key of keys) await b.submit(call('put', { key: ['range', ...key], value: key.join('/') }));
      expect(await b.evaluate(call('list', { key: ['range', 'b'] }))).toEqual([
        [['range', 'b'], 'b'],
        [['range', 'b', '1'], 'b/1'],
        [['range', 'b', '2'], 'b/2'],
        [['range', 'b', 'é'], 'b/é'],
        [['range', 'b', '\uff21'], 'b/\uff21'],
        [['range', 'b', '\u{1f600}'], 'b/\u{1f600}'],
      ]);
      expect(await b.evaluate(call('list', { key: ['range'] }))).toHaveLength(8);
      expect(await b.evaluate({ channel: 'xor', name: 'list', input: { key: ['range'] } })).toEqual([]);
    });
  });

  describe('concurrent transactions', () => {
    const together = (count: number, submit: (i: number) => Promise<{ result: unknown }>) =>
      Promise.all(Array.from({ length: count }, async (_, i) => (await submit(i)).result as number));

    it('on their own records do not disturb each other', async () => {
      const counts = await together(32, (i) =>
        (i % 2 ? a : b).submit(call('increment', { key: fresh('own') })),
      );
      expect(counts).toEqual(Array.from({ length: 32 }, () => 1));
    });

    it('on one record are tried again until each has counted', async () => {
      const input = { key: fresh('one') };
      const counts = await together(32, (i) => (i % 2 ? a : b).submit(call('increment', input)));
      expect(counts.sort((x, y) => x - y)).toEqual(Array.from({ length: 32 }, (_, i) => i + 1));
    });

    it('that add to one list see each other’s records', async () => {
      const key = fresh('list');
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 ? a : b).submit(call('addToList', { key, value: `${i}` })),
        ),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ contractCode: 'list-full' });
      }
    });
  });

  describe('private and transient data', () => {
    const canary = 'canary-480913327716';

    it('are read by both members and stand in no block', async () => {
      const key = ['private', 'private-key-canary'];
      await b.submit({
        ...call('putPrivate'),
        transient: { key: utf8('private-key-canary'), value: utf8(canary) },
      });
      expect(await b.evaluate(call('getPrivate', { key }))).toBe(canary);
      await waitFor('A has it', async () => (await a.evaluate(call('getPrivate', { key }))) === canary);
      expect(await a.evaluate(call('getPrivate', { key: ['private', 'nobody’s'] }))).toBeNull();

      const blocks = filesBelow(dir).filter(
        (file) => /blockfile_\d+$/.test(file) && file.includes('quality'),
      );
      expect(blocks.length).toBeGreaterThanOrEqual(3);
      for (const file of blocks) {
        const content = fs.readFileSync(file);
        expect([file, content.includes(canary), content.includes('private-key-canary')]).toEqual([
          file,
          false,
          false,
        ]);
      }
    });
  });

  describe('events', () => {
    it('come in order, past ones first and then as they happen, also of other companies', async () => {
      const start = await here(b);
      await tell(b, '1');
      const coming = take(a, 4, start);
      await tell(b, '2');
      await tell(a, '3');
      const before = Date.now();
      const { txId, block } = await tell(b, '4');
      const events = await coming;
      expect(events.map(valueOf)).toEqual(['1', '2', '3', '4']);
      expect(events[3]).toMatchObject({ channel: 'quality', name: 'Put', txId, block });
      expect(events[3]?.timestamp).toBeGreaterThanOrEqual(before);
      expect(events[3]?.timestamp).toBeLessThanOrEqual(Date.now());
      expect((await take(b, 2, events[1]?.checkpoint)).map(valueOf)).toEqual(['3', '4']);
    });

    it('of one block are told apart by their checkpoints', async () => {
      const start = await here(b);
      await Promise.all(Array.from({ length: 12 }, (_, i) => tell(b, `many-${i}`)));
      const all = await take(b, 12, start);
      expect(new Set(all.map(({ checkpoint }) => checkpoint)).size).toBe(12);
      expect(new Set(all.map(({ block }) => block)).size).toBeLessThan(12);
      for (const [i, { checkpoint }] of all.slice(0, -1).entries()) {
        expect((await take(a, 1, checkpoint)).map(valueOf)).toEqual([valueOf(all[i + 1]!)]);
      }
    });

    it('end when the signal aborts, while waiting and before', async () => {
      const stop = new AbortController();
      const iterator = b.events('quality', await here(b), stop.signal)[Symbol.asyncIterator]();
      const next = iterator.next();
      stop.abort();
      expect(await next).toEqual({ done: true, value: undefined });
      const stopped = b.events('quality', undefined, stop.signal)[Symbol.asyncIterator]();
      expect(await stopped.next()).toEqual({ done: true, value: undefined });
    });

    it.each(['x', '-1', '1', `1:${'0'.repeat(63)}`, `1.5:${'0'.repeat(64)}`])(
      'refuse the checkpoint %j',
      async (checkpoint) => {
        await expect(take(b, 1, checkpoint)).rejects.toMatchObject({ code: 'bad-proposal' });
      },
    );

    it('go on after kill -9 of the peer, each once', async () => {
      const start = await here(b);
      const coming = take(b, 6, start);
      for (const value of ['1', '2', '3']) await tell(b, value);
      await network.kill('peer-b');
      await expect(b.submit(call('nothing'))).rejects.toMatchObject({ code: 'unavailable', transient: true });
      await network.restart('peer-b');
      for (const value of ['4', '5', '6']) {
        await insist(b, 'putAndTell', { key: ['after-kill', value], value });
      }
      // A transaction whose outcome was unknown may have been committed and submitted again.
      const values = (await coming).map(valueOf);
      expect([...new Set(values)].slice(0, 4)).toEqual(['1', '2', '3', '4']);
      expect((await take(b, 6, start)).map(valueOf)).toEqual(values);
    });
  });

  describe('an outcome that is unknown', () => {
    it('is told as unavailable, and the same call may be made again', async () => {
      const input = { key: fresh('unknown'), value: 'x' };
      await network.kill('orderer');
      await expect(b.submit(call('put', input))).rejects.toMatchObject({
        code: 'unavailable',
        step: 'submit',
        txId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        transient: true,
      });
      await network.restart('orderer');
      await insist(b, 'put', input);
      expect(await b.evaluate(call('get', input))).toBe('x');
    });

    it('of a chaincode process that is gone', async () => {
      await network.kill('chaincode-b');
      await expect(b.submit(call('nothing'))).rejects.toMatchObject({ code: 'unavailable' });
      await network.restart('chaincode-b');
      await insist(b, 'nothing', null);
    });
  });

  describe('what the driver never sends', () => {
    let raw: RawGateway;
    beforeAll(() => {
      const { peer, tlsCa } = network.connectionOf(A);
      raw = new RawGateway(identityOf(A), peer, tlsCa);
    });
    afterAll(() => {
      raw.close();
    });

    const contract = (definition = 'quality') => raw.gateway.getNetwork('quality').getContract(definition);
    const put = (key: readonly string[]) => [JSON.stringify({ key, value: 'x' })];

    it('a record endorsed by A alone is not valid', async () => {
      const key = fresh('alone');
      const endorsed = await contract()
        .newProposal('put', { arguments: put(key), endorsingOrganizations: [A] })
        .endorse();
      const status = await (await endorsed.submit()).getStatus();
      expect(status).toMatchObject({ successful: false, code: 10 });
      expect(await a.evaluate(call('get', { key }))).toBeNull();
    });

    it.each([-1, 1])('a proposal made %i hour from now is refused by the peer', async (hours) => {
      const proposal = contract().newProposal('put', { arguments: put(fresh('old')) });
      const moved = raw.at(new Date(Date.now() + hours * 3_600_000), proposal);
      await expect(moved.endorse()).rejects.toMatchObject({
        details: [
          expect.objectContaining({ message: expect.stringContaining('incorrect timestamp') as string }),
        ],
      });
    });

    it.each([
      ['input in another spelling', ['put', '{"key": ["x"],"value":"y"}']],
      ['no input', ['put']],
      ['two inputs', ['put', '{}', '{}']],
      ['an input beyond every size', ['put', JSON.stringify('x'.repeat(2 << 20))]],
    ])('%s is refused', async (_, [name = '', ...args]) => {
      await expect(contract().newProposal(name, { arguments: args }).endorse()).rejects.toMatchObject({
        details: [expect.objectContaining({ message: expect.stringContaining('bad-input') as string })],
      });
    });
  });
});

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}
