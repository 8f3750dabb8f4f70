import { execFile, execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The entry of every script and the doctor, on a clone in a temporary folder. It has one dependency, a compiler that
 * compiles nothing, so that installing needs no network.
 */
let clone: string;

const write = (file: string, content: string): void => {
  fs.mkdirSync(path.dirname(path.join(clone, file)), { recursive: true });
  fs.writeFileSync(path.join(clone, file), content);
};

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  XDG_CONFIG_HOME: path.join(clone, 'config'),
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function node(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: clone, env: environment() }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const TOOL = `console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = process.argv.length;`;

beforeEach(() => {
  clone = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-clone-'));
  for (const file of fs.readdirSync(__dirname).filter((name) => name.endsWith('.cjs'))) {
    write(`tools/${file}`, fs.readFileSync(path.join(__dirname, file), 'utf8'));
  }
  const dependencies = { '@swc/core': 'file:compiler' };
  write(
    'package.json',
    JSON.stringify({ name: 'clone', version: '1.0.0', engines: { node: '>=20.19' }, dependencies }),
  );
  write('tsconfig.json', '{ "compilerOptions": { "paths": {} } }');
  write('compiler/package.json', '{ "name": "@swc/core", "version": "1.0.0", "main": "index.js" }');
  write(
    'compiler/index.js',
    `exports.transformFile = async (file) => ({ code: require('node:fs').readFileSync(file, 'utf8') });`,
  );
  write('tools/hello.ts', TOOL);
  execFileSync('npm', ['install', '--package-lock-only', '--offline'], { cwd: clone, stdio: 'ignore' });
});

afterEach(() => {
  fs.rmSync(clone, { recursive: true });
});

describe('the entry of every script', () => {
  it('installs, builds and runs on a fresh clone, with standard output left to the tool', async () => {
    const first = await node('tools/run.cjs', 'hello', '--json', 'x');
    expect(first).toMatchObject({ code: 4, stdout: '["--json","x"]\n' });
    expect(first.stderr).toContain('installing');
    expect(first.stderr).toContain('building');
    expect(await node('tools/run.cjs', 'hello')).toEqual({ code: 2, stdout: '[]\n', stderr: '' });
  }, 60_000);

  it('builds again when a source has changed, and installs again when the lock has', async () => {
    await node('tools/run.cjs', 'hello');
    write('tools/hello.ts', `console.log('changed')`);
    const changed = await node('tools/run.cjs', 'hello');
    expect(changed.stdout).toBe('changed\n');
    expect(changed.stderr).not.toContain('installing');
    const lock = path.join(clone, 'package-lock.json');
    fs.writeFileSync(
      lock,
      fs.readFileSync(lock, 'utf8').replace(/"version": "1.0.0"/g, '"version": "1.0.1"'),
    );
    write('compiler/package.json', '{ "name": "@swc/core", "version": "1.0.1", "main": "index.js" }');
    expect((await node('tools/run.cjs', 'hello')).stderr).toContain('installing');
  }, 60_000);

  it('does not install or build twice when two commands start at once', async () => {
    const ended = await Promise.all([node('tools/run.cjs', 'hello'), node('tools/run.cjs', 'hello')]);
    expect(ended.map(({ stdout }) => stdout)).toEqual(['[]\n', '[]\n']);
    const told = ended.map(({ stderr }) => stderr).join('');
    expect(told.match(/installing the/g)).toHaveLength(1);
    expect(told.match(/building\n/g)).toHaveLength(1);
  }, 60_000);

  it('does not wait for a command that died', async () => {
    write('.tacit/setup.lock', '999999999');
    expect((await node('tools/run.cjs', 'hello')).stdout).toBe('[]\n');
  }, 60_000);

  it('ends the tool when npm, or the shell that npm started, is gone', async () => {
    write(
      'tools/stay.ts',
      `setInterval(() => {}, 1000);
       process.once('SIGTERM', () => { require('node:fs').writeFileSync('stopped', ''); process.exit(); });
       console.log('up');`,
    );
    // Like the shell between npm and the script: a signal ends it, and it tells nobody.
    const shell = spawn('sh', ['-c', `"${process.execPath}" tools/run.cjs stay; true`], {
      cwd: clone,
      env: { ...environment(), npm_lifecycle_event: 'stay' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => shell.stdout.once('data', resolve));
    shell.kill('SIGKILL');
    const stopped = path.join(clone, 'stopped');
    for (let i = 0; i < 100 && !fs.existsSync(stopped); i++) await sleep(100);
    expect(fs.existsSync(stopped)).toBe(true);
  }, 60_000);

  it('says in words that it cannot install', async () => {
    fs.rmSync(path.join(clone, 'package-lock.json'));
    const dependencies = { '@swc/core': '0.0.1-unreachable' };
    write('package.json', JSON.stringify({ engines: { node: '>=20.19' }, dependencies }));
    const { code, stdout, stderr } = await node('tools/run.cjs', 'hello');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('the packages could not be installed');
    expect(stderr).not.toContain('at main');
  }, 60_000);

  it('refuses a Node that is too old, and a tool that is not there', async () => {
    write('package.json', JSON.stringify({ engines: { node: '>=99.1' } }));
    expect((await node('tools/run.cjs', 'hello')).stderr).toContain('is too old: Tacit needs >=99.1');
    write(
      'package.json',
      JSON.stringify({ engines: { node: '>=20.19' }, dependencies: { '@swc/core': 'file:compiler' } }),
    );
    expect((await node('tools/run.cjs', 'nothing')).stderr).toContain('there is no tool nothing');
  }, 60_000);
});

describe('the doctor', () => {
  it('says on a fresh clone what is missing and what to do, and that nothing is in the way', async () => {
    const { code, stdout } = await node('tools/doctor.cjs');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +Node /m);
    expect(stdout).toMatch(/^warn +packages are missing.*\n +→ .*npm run build/m);
    expect(stdout).toMatch(/^ok +OpenSSL .* computes powers/m);
    expect(stdout).toContain('Nothing is in the way.');
  });

  it('fails for an at-rest key that others may read, and for one that is gone', async () => {
    for (const [company, httpPort] of [
      ['ManufacturerA', 3001],
      ['ServicerS', 3003],
    ] as const) {
      const config = {
        company,
        httpPort,
        messagingUrl: 'tcp://127.0.0.1:4001',
        stateDir: path.join(clone, '.tacit/start', company),
        keyFile: path.join(clone, 'config', `${company}.key`),
      };
      write(`.tacit/start/${company}.json`, JSON.stringify(config));
      write(`.tacit/start/${company}/company.sqlite`, '');
    }
    write('config/ManufacturerA.key', 'x');
    fs.chmodSync(path.join(clone, 'config/ManufacturerA.key'), 0o644);
    const { code, stdout } = await node('tools/doctor.cjs');
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^FAIL +at-rest key of ManufacturerA .*mode 0644, so others may read it\n +→ chmod 600/m,
    );
    expect(stdout).toMatch(/^FAIL +at-rest key of ServicerS .* is missing\n +→ restore it/m);
    expect(stdout).toContain('2 to put right.');
  });
});
