import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { connectionOptions, reconnectDelays } from './connection';
import { natsServerOptions } from './server';

describe('reconnectDelays', () => {
  it('doubles from 100 ms to 5 s, half of it random, and starts anew after a time of calm', () => {
    let now = 0;
    const longest = reconnectDelays(
      () => now,
      () => 0.999_999,
    );
    const shortest = reconnectDelays(
      () => now,
      () => 0,
    );
    const series = (delay: () => number): number[] => Array.from({ length: 8 }, delay);
    expect(series(longest)).toEqual([99, 199, 399, 799, 1599, 3199, 4999, 4999]);
    expect(series(shortest)).toEqual([50, 100, 200, 400, 800, 1600, 2500, 2500]);
    now += 60_000;
    expect([longest(), shortest()]).toEqual([99, 50]);
  });
});

describe('connectionOptions', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-nats-'));
  const ca = path.join(folder, 'ca.pem');
  const passwordFile = path.join(folder, 'password');
  const options = { servers: ['tls://localhost:4222'], ca, user: 'ManufacturerA', passwordFile };

  beforeAll(() => {
    fs.writeFileSync(ca, 'PEM');
    fs.writeFileSync(passwordFile, 'first\n');
  });
  afterAll(() => {
    fs.rmSync(folder, { recursive: true });
  });

  it('asks for TLS under this authority and for replies that only this user may read', () => {
    expect(connectionOptions(options)).toMatchObject({
      servers: ['tls://localhost:4222'],
      tls: { ca: 'PEM' },
      inboxPrefix: '_INBOX.ManufacturerA',
      reconnect: false,
    });
  });

  it('reads the password at every connection', () => {
    const { authenticator } = connectionOptions(options);
    const login = (): unknown => (Array.isArray(authenticator) ? undefined : authenticator?.());
    expect(login()).toEqual({ user: 'ManufacturerA', pass: 'first' });
    fs.writeFileSync(passwordFile, 'second\n');
    expect(login()).toEqual({ user: 'ManufacturerA', pass: 'second' });
  });

  it.each([
    ['ca', { ca: path.join(folder, 'none') }],
    ['passwordFile', { passwordFile: path.join(folder, 'none') }],
  ])('names %s when it cannot be read', (setting, change) => {
    expect(() => connectionOptions({ ...options, ...change })).toThrow(
      expect.objectContaining({
        code: 'bad-config',
        message: expect.stringContaining(`nats.${setting}`) as string,
      }),
    );
  });

  it.each(['', '*', '>', 'a.b', 'a b', 'x'.repeat(65)])('gives no inbox to %p', (company) => {
    expect(() => natsServerOptions(options, company)).toThrow(
      expect.objectContaining({ code: 'bad-address' }),
    );
  });
});
