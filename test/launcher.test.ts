import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer, type Server } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { LaunchError } from '../tools/company-process';
import { Network, type NetworkOptions } from '../tools/network';
import { projectRoot } from '../tools/paths';
import { RestClient } from '../tools/rest';
import { waitFor } from './support';

jest.setTimeout(180_000);

let temporary: string;

beforeEach(() => {
  temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-launcher-'));
});

afterEach(() => {
  fs.rmSync(temporary, { recursive: true, force: true });
});

const folders = (): { dir: string; keyDir: string } => ({
  dir: path.join(temporary, 'state'),
  keyDir: path.join(temporary, 'keys'),
});

/** A program that starts a network in this test's folder and stays up, as the demo does. */
function launcher(): ChildProcess {
  const program = `
    const { withNetwork } = require(${JSON.stringify(path.join(projectRoot, 'dist/tools/lifetime.js'))});
    withNetwork({ ...${JSON.stringify(folders())}, ports: 'free' }, {
      stay: true,
      work: async (network) => console.log(JSON.stringify(network.companies.map(({ pid, url }) => ({ pid, url })))),
    }).then(() => console.log('stopped'));`;
  return spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

interface Company {
  readonly pid: number;
  readonly url: string;
}

async function started(child: ChildProcess): Promise<Company[]> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const line = await waitFor('the network is up', () => /^\[.*\]$/m.exec(output)?.[0], { timeout: 120_000 });
  return JSON.parse(line) as Company[];
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const exitCode = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) =>
    child.once('exit', (code) => {
      resolve(code);
    }),
  );

/** Starts a network that must not start; one that does is stopped, or it would outlive the test. */
async function startToFail(options: NetworkOptions): Promise<LaunchError> {
  const result = await Network.start(options).catch((error: unknown) => error);
  if (result instanceof Network) await result.stop();
  if (result instanceof LaunchError) return result;
  throw new Error('the network started', { cause: result });
}

describe('the launcher', () => {
  it('runs three processes that end with it, however it ends', async () => {
    const child = launcher();
    const companies = await started(child);
    expect(new Set(companies.map(({ pid }) => pid)).size).toBe(3);
    for (const { url } of companies)
      expect((await new RestClient(url).request('GET', '/health')).status).toBe(200);

    child.kill('SIGKILL');
    await waitFor('no company is left', () => companies.every(({ pid }) => !isAlive(pid)), {
      timeout: 30_000,
    });
  });

  it('stops everything in order at a signal, and goes on from the same state on the same ports', async () => {
    const first = launcher();
    const before = await started(first);
    const end = exitCode(first);
    first.kill('SIGTERM');
    expect(await end).toBe(0);
    expect(before.filter(({ pid }) => isAlive(pid))).toEqual([]);

    const second = launcher();
    const after = await started(second);
    expect(after.map(({ url }) => url)).toEqual(before.map(({ url }) => url));
    const secondEnd = exitCode(second);
    second.kill('SIGTERM');
    await secondEnd;
  });

  it('says which port is in use and what to do, and starts nothing', async () => {
    const server = await listen();
    const { port } = server.address() as { port: number };
    const failure = await startToFail({
      ...folders(),
      companies: [
        {
          app: 'servicer-s',
          company: 'ServicerS',
          displayName: 'Servicer-S',
          ports: { http: port, inbox: port },
        },
      ],
      channels: [],
    });
    expect(failure.message).toContain(`Port ${port} (REST of Servicer-S) is in use`);
    expect(failure.message).toContain('--ports auto');
    server.close();
  });

  it('shows why a company could not start, and stops the others', async () => {
    const failure = await startToFail({
      ...folders(),
      ports: 'free',
      settings: { ManufacturerB: { nonsense: true } },
    });
    expect(failure.message).toMatch(/Manufacturer-B stopped before it was ready \(exit code 1\)[^]*nonsense/);
    const configs = fs.readdirSync(folders().dir).filter((name) => name.endsWith('.json'));
    for (const name of configs) {
      const { httpPort } = JSON.parse(fs.readFileSync(path.join(folders().dir, name), 'utf8')) as {
        httpPort: number;
      };
      await expect(fetch(`http://127.0.0.1:${httpPort}/health`)).rejects.toThrow('fetch failed');
    }
  });

  it('keeps at-rest keys out of the state folder, for their owner only', async () => {
    const { dir, keyDir } = folders();
    const network = await Network.start({ dir, keyDir, ports: 'free' });
    await network.stop();
    const keys = fs.readdirSync(keyDir);
    expect(keys.sort()).toEqual(['manufacturer-a.key', 'manufacturer-b.key', 'servicer-s.key']);
    for (const key of keys) expect(fs.statSync(path.join(keyDir, key)).mode & 0o777).toBe(0o600);
  });
});

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      resolve(server);
    });
  });
}
