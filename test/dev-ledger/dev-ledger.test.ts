import type { Contract } from '@tacit/contracts';
import { createCompanyIdentity, DevPeer, openDevLedger, writeDevNetwork, type Ledger } from '@tacit/ledger';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SUBMITTER = path.join(__dirname, '../../dist/test/dev-ledger/submitter.js');
const A = 'ManufacturerA';
const B = 'ManufacturerB';
const KILLS = 12;

jest.setTimeout(120_000);

let root: string;
let networkDir: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-dev-ledger-'));
  networkDir = path.join(root, 'network');
  writeDevNetwork(networkDir, {
    channels: [
      { name: 'sales', members: [A, B] },
      { name: 'quality', members: [A, B] },
    ],
  });
  for (const company of [A, B]) await createCompanyIdentity(path.join(root, company), company, company);
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  fs.rmSync(root, { recursive: true });
});

interface Submitter {
  readonly child: ChildProcess;
  /** What the process has reported so far. */
  readonly committed: unknown[];
}

function start(company: string, mode: 'race' | 'until-killed'): Submitter {
  const child = fork(SUBMITTER, [networkDir, path.join(root, company), company, mode]);
  const committed: unknown[] = [];
  child.on('message', (message) => committed.push(message));
  children.push(child);
  return { child, committed };
}

it('two processes, each with its peer in a thread, share one channel', async () => {
  const processes = [A, B].map((company) => start(company, 'race'));
  await Promise.all(processes.map(({ child }) => once(child, 'exit')));
  expect(processes.map(({ child }) => child.exitCode)).toEqual([0, 0]);

  const committed = processes.flatMap((process) => process.committed) as {
    customer: string;
    block: number;
  }[];
  expect(new Set(committed.map(({ customer }) => customer)).size).toBe(40);
  expect(committed).toHaveLength(40);
  expect(committed.map(({ block }) => block).sort((x, y) => x - y)).toEqual(
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  const peer = new DevPeer({ networkDir, company: A, contracts: [] });
  expect(await peer.verifyChain('sales')).toMatchObject({ blocks: 40, problems: [] });
  const events = await peer.eventsAfter('sales', 0, 0);
  expect(events.map(({ payload }) => (payload as { customer: string }).customer).sort()).toEqual(
    Array.from({ length: 40 }, (_, i) => `Customer${i}`).sort(),
  );
  await peer.close();
});

it(`nothing acknowledged is lost and nothing half-written is seen after ${KILLS} kills`, async () => {
  const reported: { id: string }[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const { child, committed } = start(kill % 2 ? A : B, 'until-killed');
    await once(child, 'message');
    await sleep(Math.random() * 60);
    child.kill('SIGKILL');
    await once(child, 'exit');
    reported.push(...(committed as { id: string }[]));
  }
  expect(reported.length).toBeGreaterThanOrEqual(KILLS);

  const count: Contract = {
    purpose: 'quality',
    transactions: {},
    queries: {
      ids: async (tx) => (await tx.range(['public'])).map(({ key }) => key[1] ?? ''),
      privateLength: async (tx, input) =>
        (await tx.getPrivate('answers', ['private', input as string]))?.length,
    },
  };
  const ledger: Ledger = await openDevLedger({
    networkDir,
    identityDir: path.join(root, A),
    company: A,
    inThread: [count],
  });
  const ids = (await ledger.evaluate({ channel: 'quality', name: 'ids', input: null })) as string[];
  expect(ids).toEqual(expect.arrayContaining(reported.map(({ id }) => id)));
  for (const id of ids) {
    expect(await ledger.evaluate({ channel: 'quality', name: 'privateLength', input: id })).toBe(50_000);
  }
  await ledger.close();
  for (const company of [A, B]) {
    const peer = new DevPeer({ networkDir, company, contracts: [] });
    expect(await peer.verifyChain('quality')).toMatchObject({ blocks: ids.length, problems: [] });
    await peer.close();
  }
});

it('a peer in its own thread leaves the caller’s event loop alone and closes', async () => {
  const script = `
    const { openDevLedger } = require(${JSON.stringify(path.join(__dirname, '../../dist/libs/ledger/src'))});
    openDevLedger(${JSON.stringify({ networkDir, identityDir: path.join(root, A), company: A })}).then(async (ledger) => {
      const [channel] = await ledger.channels();
      const refusal = await ledger.submit({ channel: 'sales', name: 'setPrice', input: {} }).catch((error) => error);
      const unknown = await ledger.submit({ channel: 'nowhere', name: 'setPrice', input: {} }).catch((error) => error);
      const events = ledger.events('sales', undefined, AbortSignal.timeout(100))[Symbol.asyncIterator]();
      process.send({
        channel: channel.name,
        refusal: [refusal.name, refusal.code, refusal.contractCode],
        unknown: unknown.code,
        events: (await events.next()).done,
      });
      await ledger.close();
      process.disconnect();
    });`;
  const file = path.join(root, 'script.cjs');
  fs.writeFileSync(file, script);
  const child = fork(file);
  children.push(child);
  const [message] = (await once(child, 'message')) as unknown[];
  expect(message).toEqual({
    channel: 'sales',
    refusal: ['LedgerError', 'refused', 'bad-input'],
    unknown: 'unknown-channel',
    events: true,
  });
  expect((await once(child, 'exit'))[0]).toBe(0);
});
