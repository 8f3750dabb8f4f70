import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, readConfig } from './read';

const complete = {
  company: 'ManufacturerA',
  httpPort: 3001,
  messagingUrl: 'tcp://127.0.0.1:4001',
  stateDir: 'state/a',
  keyFile: 'keys/a',
  ledger: { driver: 'dev', networkDir: 'network' },
};

describe('readConfig', () => {
  let dir: string;
  const write = (value: unknown): NodeJS.ProcessEnv => {
    const file = join(dir, 'config.json');
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return { TACIT_CONFIG: file };
  };

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tacit-config-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  it('reads a file, with paths from its folder', () => {
    expect(readConfig(write(complete))).toEqual({
      company: 'ManufacturerA',
      displayName: 'ManufacturerA',
      host: '127.0.0.1',
      httpPort: 3001,
      messagingUrl: 'tcp://127.0.0.1:4001',
      stateDir: join(dir, 'state/a'),
      keyFile: join(dir, 'keys/a'),
      ledger: { driver: 'dev', networkDir: join(dir, 'network') },
      logLevel: 'info',
      settings: {},
    });
  });

  it('lets variables override the file, and works without one', () => {
    expect(readConfig({ ...write(complete), TACIT_HTTP_PORT: '3009' }).httpPort).toBe(3009);
    const config = readConfig({
      TACIT_COMPANY: 'ServicerS',
      TACIT_HTTP_PORT: '3003',
      TACIT_MESSAGING_URL: 'tcp://localhost:4003',
      TACIT_STATE_DIR: dir,
      TACIT_KEY_FILE: '/keys/s',
      TACIT_LEDGER_DRIVER: 'dev',
      TACIT_NETWORK_DIR: dir,
    });
    expect(config).toMatchObject({ company: 'ServicerS', stateDir: dir, ledger: { networkDir: dir } });
  });

  const fabric = {
    driver: 'fabric',
    peer: 'localhost:7051',
    tlsCa: 'tls/ca.crt',
    clientMsp: 'client/msp',
    adminMsp: 'admin/msp',
  };
  const nats = {
    servers: ['tls://localhost:4222'],
    ca: 'nats.crt',
    user: 'ManufacturerA',
    passwordFile: 'pw',
  };

  it('reads what Fabric and NATS need, with paths from the file’s folder', () => {
    const config = readConfig(
      write({ ...complete, ledger: fabric, messagingUrl: 'nats://ManufacturerA', nats }),
    );
    expect(config.ledger).toEqual({
      ...fabric,
      tlsCa: join(dir, 'tls/ca.crt'),
      clientMsp: join(dir, 'client/msp'),
      adminMsp: join(dir, 'admin/msp'),
    });
    expect(config.nats).toEqual({ ...nats, ca: join(dir, 'nats.crt'), passwordFile: join(dir, 'pw') });
  });

  it('takes several NATS servers from one variable', () => {
    const env = { ...write({ ...complete, nats }), TACIT_NATS_SERVERS: 'tls://a:4222, tls://b:4222' };
    expect(readConfig(env).nats?.servers).toEqual(['tls://a:4222', 'tls://b:4222']);
  });

  it('hands the application its settings in their own form', () => {
    const schema = z.strictObject({ limit: z.string().default('0.10') });
    expect(readConfig(write(complete), schema).settings).toEqual({ limit: '0.10' });
    expect(readConfig(write({ ...complete, settings: { limit: '1' } }), schema).settings).toEqual({
      limit: '1',
    });
    expect(() => readConfig(write({ ...complete, settings: { limt: '1' } }), schema)).toThrow(
      'settings.limt',
    );
  });

  it.each<[string, unknown, string]>([
    ['a missing company', { ...complete, company: undefined }, 'company: must be the company'],
    ['a company with a slash', { ...complete, company: 'a/b' }, 'company: must be the company'],
    ['a missing port', { ...complete, httpPort: undefined }, 'httpPort: must be a port from 1 to 65535'],
    ['port 0', { ...complete, httpPort: 0 }, 'httpPort: must be a port'],
    ['a port that is no number', { ...complete, httpPort: 'x' }, 'httpPort: must be a port'],
    ['an inbox over http', { ...complete, messagingUrl: 'http://x:1' }, 'messagingUrl: must be'],
    ['an inbox without port', { ...complete, messagingUrl: 'tcp://x' }, 'messagingUrl: must be'],
    [
      'another driver',
      { ...complete, ledger: { driver: 'none', networkDir: 'x' } },
      'ledger.driver: must be',
    ],
    [
      'Fabric without peer',
      { ...complete, ledger: { ...fabric, peer: undefined } },
      'ledger.peer: must be the company',
    ],
    ['NATS without TLS', { ...complete, nats: { ...nats, servers: ['nats://x:4222'] } }, 'nats.servers'],
    [
      'an inbox on NATS without servers',
      { ...complete, messagingUrl: 'nats://ManufacturerA' },
      'nats: must be set',
    ],
    [
      'another company’s inbox',
      { ...complete, messagingUrl: 'nats://ManufacturerB', nats },
      'messagingUrl: must be nats://ManufacturerA',
    ],
    ['no ledger', { ...complete, ledger: undefined }, 'ledger: must be'],
    ['an unknown log level', { ...complete, logLevel: 'loud' }, 'logLevel: must be'],
    ['an unknown setting', { ...complete, stateDri: 'x' }, 'stateDri: no such setting'],
    ['an array', [], 'not a JSON object'],
    ['no JSON', '{', 'cannot be read as JSON'],
  ])('refuses %s and says what to do', (_name, value, message) => {
    expect(() => readConfig(write(value))).toThrow(ConfigError);
    expect(() => readConfig(write(value))).toThrow(message);
  });

  it('names every wrong setting at once, and the variables that could set them', () => {
    expect(() => readConfig({})).toThrow(/company: .*TACIT_COMPANY[^]*httpPort: .*TACIT_HTTP_PORT/);
  });
});
