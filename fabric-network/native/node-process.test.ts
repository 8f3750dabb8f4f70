import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../tools/ports';
import { NodeProcess } from './node-process';
import { requirePortsFree } from './ports';
import { identify } from './process-identity';

const STAY = 'setInterval(() => {}, 1000)';

let dir: string;
let started: NodeProcess[];

beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-node-'));
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((node) => node.stop()));
  fs.rmSync(dir, { recursive: true });
});

function nodeOf(
  script: string,
  { env = {}, port = 1 }: { env?: Record<string, string>; port?: number } = {},
): NodeProcess {
  const node = new NodeProcess({
    name: 'peer-x',
    kind: 'peer',
    address: 'localhost:1',
    dir,
    ports: [{ use: 'health', port }],
    command: () => ({ file: process.execPath, args: ['-e', script], env }),
  });
  started.push(node);
  return node;
}

const pidFile = (): string => path.join(dir, 'pids', 'peer-x.json');

it('is found again by another command, and ended by it', async () => {
  nodeOf(STAY).start();
  const found = nodeOf(STAY);
  const { pid } = found;
  expect(pid).toBeGreaterThan(0);
  found.start();
  expect(found.pid).toBe(pid);
  await found.stop();
  expect(found.isRunning).toBe(false);
  expect(fs.existsSync(pidFile())).toBe(false);
});

describe('a file that names a process of somebody else', () => {
  let stranger: ChildProcess;

  beforeEach(() => {
    stranger = spawn(process.execPath, ['-e', STAY]);
    fs.mkdirSync(path.dirname(pidFile()));
  });
  afterEach(() => {
    stranger.kill('SIGKILL');
  });

  it.each([
    ['that started at another time', (pid: number) => JSON.stringify({ pid, started: 'long ago' })],
    ['without the time of its start', (pid: number) => JSON.stringify({ pid })],
    ['cut off', (pid: number) => `{"pid":${pid},"sta`],
  ])('%s counts for nothing: the process lives on', async (_, content) => {
    const pid = stranger.pid ?? 0;
    fs.writeFileSync(pidFile(), content(pid));
    const node = nodeOf(STAY);
    expect(node.isRunning).toBe(false);
    await node.stop();
    expect(identify(pid)).toBeDefined();
    node.start();
    expect(node.pid).not.toBe(pid);
    expect(node.isRunning).toBe(true);
  });
});

it('does not take a dead process for a running one', async () => {
  const node = nodeOf('process.exit(3)');
  node.start();
  for (let i = 0; i < 100 && node.isRunning; i++) await sleep(50);
  expect(node.isRunning).toBe(false);
});

it('names itself and shows the end of its log when it has died', async () => {
  const node = nodeOf(`console.error('the disk is full'); process.exit(3)`);
  node.start();
  for (let i = 0; i < 100 && node.isRunning; i++) await sleep(50);
  expect(() => {
    node.requireRunning();
  }).toThrow(/^peer-x has stopped\.[^]*npm run fabric:up[^]*the disk is full/);
});

it('knows that the running process is of another build or environment', () => {
  nodeOf(STAY, { env: { PROFILE: 'one' } }).start();
  expect(nodeOf(STAY, { env: { PROFILE: 'one' } }).isOutdated).toBe(false);
  expect(nodeOf(STAY, { env: { PROFILE: 'two' } }).isOutdated).toBe(true);
});

it('is not started over a port in use: the port, its use and the node are named', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  try {
    await expect(requirePortsFree([nodeOf(STAY, { port })])).rejects.toMatchObject({
      code: 'port-in-use',
      message: expect.stringContaining(`Port ${port} (health of peer-x) is in use`),
    });
  } finally {
    server.close();
  }
});
