import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FabricNetwork, missingPrograms, type NodeStatus } from '../../fabric-network';
import { FabricCommands } from '../../fabric-network/commands';
import { nativeSite, readState } from '../../fabric-network/native/native-site';
import { memberOfMsp } from '../../fabric-network/topology';

const A = 'ManufacturerA';
const A2 = 'ManufacturerA2';

let dir: string;
let network: FabricNetwork;
/** How long each step took; printed at the end, asserted nowhere. */
const times: string[] = [];

jest.setTimeout(120_000);

const suite = missingPrograms().length === 0 ? describe : describe.skip;

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  times.push(`${what} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

const start = (): Promise<FabricNetwork> => FabricNetwork.start({ dir, ports: 'free' });

const names = (status: readonly NodeStatus[]): string[] => status.map(({ name }) => name);

async function pids(): Promise<Record<string, number | undefined>> {
  return Object.fromEntries((await network.status()).map(({ name, pid }) => [name, pid]));
}

/** Height of a channel's chain at a company's own peer. */
async function heightOf(channel: string, mspId: string): Promise<number> {
  const state = readState(dir);
  if (state === undefined) throw new Error('the network has no state');
  const site = nativeSite(dir, state);
  return new FabricCommands(site).height(memberOfMsp(site.topology, mspId), channel);
}

suite('a native Fabric network', () => {
  beforeAll(async () => {
    dir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-fabric-')), 'network');
    network = await timed('first start', start);
  });

  afterAll(async () => {
    await network.stop();
    fs.rmSync(path.dirname(dir), { recursive: true });
    process.stderr.write(`fabric network: ${times.join(', ')}\n`);
  });

  it('runs one orderer, and a peer and a chaincode process per company', async () => {
    const status = await network.status();
    expect(names(status)).toEqual([
      'orderer',
      'peer-a',
      'peer-b',
      'peer-s',
      'chaincode-a',
      'chaincode-b',
      'chaincode-s',
    ]);
    expect(status.every(({ running }) => running)).toBe(true);
  });

  it('hands each company its own files, readable by their owner only', () => {
    const { tlsCa, clientMsp, adminMsp } = network.connectionOf(A);
    expect(fs.readFileSync(tlsCa, 'utf8')).toContain('BEGIN CERTIFICATE');
    for (const msp of [clientMsp, adminMsp]) {
      const [key = ''] = fs.readdirSync(path.join(msp, 'keystore'));
      expect(fs.statSync(path.join(msp, 'keystore', key)).mode & 0o077).toBe(0);
    }
    expect(() => network.connectionOf('Nobody')).toThrow(RangeError);
  });

  it('names a dead chaincode process at once, and starts it again', async () => {
    const before = await pids();
    await network.kill('chaincode-b');
    const dead = (await network.status()).filter(({ running }) => !running);
    expect(names(dead)).toEqual(['chaincode-b']);
    network = await timed('start of what is missing', start);
    const after = await pids();
    expect(after['chaincode-b']).toBeGreaterThan(0);
    expect({ ...after, 'chaincode-b': 0 }).toEqual({ ...before, 'chaincode-b': 0 });
  });

  it('says which chaincode does not stay up, with the last words of its log', async () => {
    const entry = path.join(path.dirname(dir), 'broken.js');
    fs.writeFileSync(entry, `console.error('no such profile'); process.exit(1);`);
    await network.stop();
    await expect(FabricNetwork.start({ dir, ports: 'free', chaincode: { entry } })).rejects.toMatchObject({
      code: 'process-died',
      message: expect.stringMatching(/^chaincode-[abs] has stopped[^]*no such profile/),
    });
    expect((await network.status()).filter(({ running }) => running)).toEqual([]);
  });

  it('keeps its data and its ports when it goes down and up again', async () => {
    network = await start();
    const addresses = (await network.status()).map(({ address }) => address);
    const height = await heightOf('quality', A);
    expect(height).toBeGreaterThan(1);
    await timed('down', () => network.stop());
    network = await timed('second start', start);
    expect((await network.status()).map(({ address }) => address)).toEqual(addresses);
    expect(await heightOf('quality', A)).toBe(height);
  });

  it.each(['orderer', 'peer-a'])('goes on after kill -9 of %s', async (name) => {
    await network.kill(name);
    await timed(`restart of ${name}`, () => network.restart(name));
    network = await timed(`answers after ${name}`, start);
  });

  it('takes a company in while the others run on, for good', async () => {
    const before = await pids();
    await timed('add a2', () => network.addCompany('a2'));
    expect(await pids()).toMatchObject(before);
    expect(names(await network.status())).toEqual(expect.arrayContaining(['peer-a2', 'chaincode-a2']));
    await expect(heightOf('quality-a2', A2)).resolves.toBeGreaterThan(1);
    await expect(heightOf('quality', A2)).rejects.toThrow('Invalid chain ID');
    await network.stop();
    network = await start();
    await expect(heightOf('sales-a2', A2)).resolves.toBeGreaterThan(1);
  });

  it('does not touch a process that has got the number of one of its own', async () => {
    await network.stop();
    const pidFile = path.join(dir, 'pids', 'peer-a.json');
    fs.writeFileSync(pidFile, JSON.stringify({ pid: process.pid, started: 'another time' }));
    await network.stop();
    expect((await network.status()).filter(({ running }) => running)).toEqual([]);
  });

  it('refuses companies that the topology does not define', async () => {
    await expect(network.addCompany('a3')).rejects.toMatchObject({ code: 'unknown-company' });
  });
});
