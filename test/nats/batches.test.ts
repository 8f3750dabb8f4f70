import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { batchKey, sealBatch } from '@tacit/messaging';
import { configFileOf } from '../../tools/company-process';
import { B, startTestNetwork, waitFor, type TestNetwork } from '../support';
import { brokerOf, configOf, Erp, withDeadLetters } from './erp';

interface Reading {
  readonly quantity: string;
  readonly value: string;
  readonly takenAt: string;
  readonly lot: string;
}

let network: TestNetwork;
let erp: Erp;
let series = 0;

jest.setTimeout(180_000);

beforeAll(async () => {
  network = await startTestNetwork({ introduced: false });
  erp = await Erp.open(network, B);
});
afterAll(async () => {
  await erp.close();
  await network.stop();
});

/** Readings of a quantity that no other test uses, a minute apart. */
function readings(count: number, quantity = `quantity-${++series}`): Reading[] {
  return Array.from({ length: count }, (_, i) => ({
    quantity,
    value: (i / 100).toFixed(2),
    takenAt: new Date(Date.UTC(2026, 0, 1, 0, i)).toISOString(),
    lot: `LOT-${i + 1}`,
  }));
}

const newId = (): string => randomBytes(12).toString('base64url');

async function sequences([first]: readonly Reading[]): Promise<number[]> {
  const list = await network.b.list<{ sequence: number }>(`/readings?quantity=${first?.quantity ?? ''}`);
  return list.map(({ sequence }) => sequence);
}

async function stored(batch: readonly Reading[]): Promise<number> {
  return (await sequences(batch)).length;
}

async function arrive(batch: readonly Reading[]): Promise<void> {
  await waitFor(`${batch.length} readings stored`, async () => (await stored(batch)) >= batch.length, {
    timeout: 60_000,
  });
  expect(await stored(batch)).toBe(batch.length);
}

/** Sends something good behind what was sent, and waits for it: batches are taken in their order. */
async function everythingBefore(): Promise<void> {
  const last = readings(1);
  await erp.send('readings', { id: newId(), readings: last });
  await arrive(last);
}

/** The newest dead letters, as code and number of errors. */
async function refusals(count: number): Promise<[string | undefined, number | undefined][]> {
  const letters = await withDeadLetters(network, erp, (all) => all.list());
  return letters.slice(-count).map(({ refusal }) => [refusal?.code, refusal?.errorCount]);
}

async function runTool(tool: string, ...args: string[]): Promise<string> {
  const file = path.join(__dirname, '../../dist/tools', `${tool}.js`);
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args]);
  return stdout;
}

const replayTool = (...args: string[]): Promise<string> =>
  runTool('batch-replay', configFileOf(network.dir, B), ...args);

describe('a batch of readings', () => {
  it('of 1,000 is imported once, however often it is sent', async () => {
    const batch = { id: newId(), readings: readings(1_000) };
    await erp.send('readings', batch);
    await erp.send('readings', batch);
    await arrive(batch.readings);
    await everythingBefore();
    expect(await sequences(batch.readings)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 1));
  });

  it('of 1,000 with ten bad rows stores nothing and names the ten', async () => {
    const rows = readings(1_000);
    const bad = [3, 50, 51, 200, 333, 400, 512, 700, 999, 1_000];
    const batch = {
      id: newId(),
      readings: rows.map((row, i) => (bad.includes(i + 1) ? { ...row, value: '1,5' } : row)),
    };
    await erp.send('readings', batch);
    await everythingBefore();
    expect(await stored(rows)).toBe(0);
    const letters = await withDeadLetters(network, erp, (all) => all.list());
    expect(letters.at(-1)).toMatchObject({
      kind: 'readings',
      refusal: { code: 'bad-row', detail: '10 rows are not acceptable; nothing was stored', errorCount: 10 },
    });
    expect(letters.at(-1)?.refusal?.errors.map(({ row, field }) => [row, field])).toEqual(
      bad.map((row) => [row, 'value']),
    );
    // Corrected, it is sent under the same id: nothing had taken effect under it.
    await erp.send('readings', { id: batch.id, readings: rows });
    await arrive(rows);
  });

  it('is refused under an id that another batch had', async () => {
    const batch = { id: newId(), readings: readings(2) };
    await erp.send('readings', batch);
    await erp.send('readings', { ...batch, readings: readings(3) });
    await everythingBefore();
    expect(await refusals(1)).toEqual([['id-used-twice', 0]]);
  });

  it('is refused unless it is sealed with the company’s own key, and has the form of one', async () => {
    const good = { id: newId(), readings: readings(1) };
    await erp.sendBytes('readings', JSON.stringify(good));
    await erp.sendBytes('readings', new Uint8Array(0));
    await erp.sendBytes('readings', Uint8Array.of(0xff, 0xfe, 0x00));
    await erp.sendBytes('readings', await sealBatch(good, batchKey(randomBytes(32))));
    await erp.send('readings', [good]);
    await erp.send('readings', { readings: good.readings });
    await erp.send('readings', { ...good, id: 'x'.repeat(65) });
    await erp.send('readings', { ...good, dryRun: false });
    await erp.send('readings', { id: newId(), readings: [] });
    await erp.send('comparisons', { id: newId(), pairIds: [] });
    await everythingBefore();
    expect(await stored(good.readings)).toBe(0);
    expect((await refusals(10)).map(([code]) => code)).toEqual([
      ...['not-sealed', 'not-sealed', 'not-sealed', 'not-sealed'],
      ...['not-a-batch', 'not-a-batch', 'not-a-batch'],
      ...['validation-failed', 'validation-failed'],
      'not-a-batch',
    ]);
  });

  it('that is too large is refused by the broker, and its sender told', async () => {
    await expect(erp.send('readings', { id: newId(), readings: readings(8_000) })).rejects.toThrow(
      'message size exceeds maximum allowed',
    );
    const most = readings(6_000);
    await erp.send('readings', { id: newId(), readings: most });
    await arrive(most);
  });

  it('keeps its reason within bounds, and the batch whole, when every row is bad', async () => {
    const rows = readings(6_000).map((row) => ({ ...row, value: 'x' }));
    await erp.send('readings', { id: newId(), readings: rows });
    await everythingBefore();
    const last = (await withDeadLetters(network, erp, (all) => all.list())).at(-1);
    expect(last?.refusal?.errorCount).toBe(6_000);
    expect(last?.refusal?.errors.length).toBeGreaterThan(500);
  });
});

it('npm run batch:send sends what an ERP would', async () => {
  const rows = readings(3);
  const erpFile = path.join(network.dir, 'erp.json');
  const batchFile = path.join(network.dir, 'batch.json');
  const { batchKeyFile } = configOf(network, B).nats ?? {};
  const connection = brokerOf(network).erpConnectionOf(B);
  fs.writeFileSync(erpFile, JSON.stringify({ company: B, ...connection, batchKeyFile }));
  fs.writeFileSync(batchFile, JSON.stringify({ readings: rows }));
  expect(await runTool('batch-send', erpFile, 'readings', batchFile)).toContain('is stored as number');
  await arrive(rows);
});

describe('npm run batch:replay', () => {
  it('lists what was refused with every bad row, sends one again, discards one', async () => {
    const late = readings(2);
    const early = late.map((row) => ({ ...row, takenAt: row.takenAt.replace('2026', '2025') }));
    await erp.send('readings', { id: newId(), readings: late });
    await erp.send('readings', { id: newId(), readings: early });
    await everythingBefore();
    const number = (await withDeadLetters(network, erp, (all) => all.list())).at(-1)?.number ?? 0;
    expect(await replayTool()).toContain('rows[1].takenAt: must be later than the last reading');
    expect(await replayTool(String(number))).toBe(`${number} sent again\n`);
    await everythingBefore();
    // As bad as before: it is a dead letter again, under another number.
    const again = (await withDeadLetters(network, erp, (all) => all.list())).at(-1)?.number ?? 0;
    expect(again).toBeGreaterThan(number);
    expect(await replayTool('--discard', String(again))).toBe(`${again} discarded\n`);
    await expect(replayTool(String(again))).rejects.toThrow(`there is no refused batch ${again}`);
  });
});

describe('after a kill -9', () => {
  it.each(['batch.readings.before-commit', 'batch.readings.committed'])(
    'of the application at %s, the batch is taken once',
    async (fault) => {
      await network.kill(B);
      await network.restart(B, { fault });
      const batch = { id: newId(), readings: readings(100) };
      const exit = network.exitOf(B);
      await erp.send('readings', batch);
      expect((await exit).signal).toBe('SIGKILL');
      await network.restart(B);
      await arrive(batch.readings);
      await everythingBefore();
      expect(await stored(batch.readings)).toBe(100);
    },
  );

  it('of the application before a refused batch is acknowledged, it is one dead letter', async () => {
    await network.kill(B);
    await network.restart(B, { fault: 'batch.readings.refused' });
    const before = (await withDeadLetters(network, erp, (all) => all.list())).length;
    const exit = network.exitOf(B);
    await erp.sendBytes('readings', 'nonsense');
    expect((await exit).signal).toBe('SIGKILL');
    await network.restart(B);
    await everythingBefore();
    expect(await withDeadLetters(network, erp, (all) => all.list())).toHaveLength(before + 1);
  });

  it('of the broker, the application says whom it waits for', async () => {
    const waitsForBroker = async (): Promise<boolean> => {
      const { waitingFor } = await network.b.get<{ waitingFor: { counterparty: string }[] }>('/health');
      return waitingFor.some(({ counterparty }) => counterparty === 'message broker');
    };
    await brokerOf(network).kill();
    await waitFor('B misses the broker', waitsForBroker);
    await brokerOf(network).restart();
    await waitFor('B has the broker again', async () => !(await waitsForBroker()));
  });

  it('of the broker, whatever it has acknowledged is taken, once and in order', async () => {
    const [first] = readings(1);
    const quantity = first?.quantity ?? '';
    const all = readings(40, quantity);
    const sent: Reading[] = [];
    for (const [i, reading] of all.entries()) {
      if (i === 10 || i === 25) {
        await brokerOf(network).kill();
        await brokerOf(network).restart();
      }
      const batch = { id: `${quantity}-${i}`, readings: [reading] };
      await waitFor(`batch ${i} is stored at the broker`, () =>
        erp.send('readings', batch).then(
          () => true,
          () => false,
        ),
      );
      sent.push(reading);
    }
    await arrive(sent);
    expect(await sequences(sent)).toEqual(sent.map((_, i) => i + 1));
  });
});
