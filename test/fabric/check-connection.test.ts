// What a company's IT is told before the first start: everything is there, or what is not and what to do.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { projectRoot } from '../../tools/paths';
import { Surroundings } from '../../tools/surroundings';
import { A, B, S } from '../support';

jest.setTimeout(120_000);

interface Ended {
  readonly code: number;
  readonly stdout: string;
  /** The findings that are not `ok`, each with what to do about it. */
  readonly failures: readonly string[];
}

let folder: string;
let surroundings: Surroundings;
let configFile: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-check-'));
  surroundings = await Surroundings.start({
    ledger: 'fabric',
    messaging: 'nats',
    fabricDir: path.join(folder, 'fabric'),
    brokerDir: path.join(folder, 'broker'),
    ports: 'free',
    companies: [A, B, S],
  });
  configFile = writeConfig({});
});

afterAll(async () => {
  await surroundings.stop();
  fs.rmSync(folder, { recursive: true });
});

/** A's own configuration file, changed as told. */
function writeConfig(change: { readonly ledger?: object; readonly nats?: object }): string {
  const { fabric, broker } = surroundings;
  const config = {
    company: A,
    httpPort: 3001,
    messagingUrl: `nats://${A}`,
    nats: { ...broker!.connectionOf(A), ...change.nats },
    stateDir: path.join(folder, 'state'),
    keyFile: path.join(folder, 'keys', 'a.key'),
    ledger: { driver: 'fabric', ...fabric!.connectionOf(A), ...change.ledger },
  };
  const file = path.join(folder, `${Object.keys(change).join('-')}a.json`);
  fs.writeFileSync(file, JSON.stringify(config));
  return file;
}

function check(file = configFile): Promise<Ended> {
  return new Promise((resolve) => {
    const args = ['run', '--silent', 'check-connection', '--', file];
    execFile('npm', args, { cwd: projectRoot }, (error, stdout) => {
      const failures = stdout
        .split(/^(?=ok {4}|warn {2}|FAIL {2}|$)/m)
        .filter((part) => /^(warn|FAIL)/.test(part));
      resolve({ code: error === null ? 0 : Number(error.code), stdout, failures });
    });
  });
}

/** Checks while something is stopped, and starts it again. */
async function checkWithout(name: string): Promise<Ended> {
  const { fabric, broker } = surroundings;
  await (name === 'broker' ? broker!.kill() : fabric!.kill(name));
  try {
    return await check();
  } finally {
    await (name === 'broker' ? broker!.restart() : fabric!.restart(name));
  }
}

describe('npm run check-connection', () => {
  it('finds everything there', async () => {
    const { code, stdout, failures } = await check();
    expect(failures).toEqual([]);
    expect(code).toBe(0);
    for (const part of [
      /the peer at localhost:\d+ answers; its certificate is valid until/,
      /the own client’s certificate \(ManufacturerA\) is valid until/,
      /the own admin’s certificate \(ManufacturerA\) is valid until/,
      /channel quality with ManufacturerB: the chaincode answers/,
      /channel sales with ServicerS: the chaincode answers/,
      /the root of ManufacturerB on quality is valid until/,
      /the root of ServicerS on sales is valid until/,
      /the NATS server at localhost:\d+ answers; its certificate is valid until/,
      /user ManufacturerA is let in/,
      /This company can work/,
    ]) {
      expect(stdout).toMatch(part);
    }
    expect(stdout).not.toContain('xor');
  });

  it.each([
    ['peer-a', /the peer at localhost:\d+ cannot be reached/, /npm run fabric:up/],
    ['chaincode-a', /channel (quality|sales) .* the chaincode does not answer/, /chaincode process/],
    ['broker', /the NATS server at localhost:\d+ cannot be reached/, /start it, or correct nats\.servers/],
  ])('names a stopped %s, and nothing else', async (name, what, todo) => {
    const { code, failures } = await checkWithout(name);
    expect(code).toBe(1);
    expect(failures.length).toBeGreaterThan(0);
    for (const failure of failures) {
      expect(failure).toMatch(what);
      expect(failure).toMatch(todo);
    }
  });

  it('names a wrong password, and nothing else', async () => {
    const passwordFile = path.join(folder, 'wrong-password');
    fs.writeFileSync(passwordFile, 'wrong');
    const { code, failures } = await check(writeConfig({ nats: { passwordFile } }));
    expect(code).toBe(1);
    expect(failures).toEqual([
      expect.stringMatching(/user ManufacturerA is not let in[^]*nats\.passwordFile/),
    ]);
  });

  it('names a root that the peer’s certificate is not from', async () => {
    const { tlsCa } = surroundings.fabric!.connectionOf(B);
    const { code, failures } = await check(writeConfig({ ledger: { tlsCa } }));
    expect(code).toBe(1);
    expect(failures).toEqual([
      expect.stringMatching(/the peer at localhost:\d+ cannot be reached[^]*ledger\.tlsCa/),
    ]);
  });

  it('names a folder of keys that is not the company’s', async () => {
    const { clientMsp } = surroundings.fabric!.connectionOf(B);
    const { code, failures } = await check(writeConfig({ ledger: { clientMsp } }));
    expect(code).toBe(1);
    expect(failures).toEqual([
      expect.stringMatching(/does not take these certificates[^]*ledger\.clientMsp/),
    ]);
  });
});
