import { compareSync } from 'bcryptjs';
import { X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { authorityFile, configFile, passwordFile, writeBrokerFiles } from './files';
import { findNatsServer } from './program';

describe('the broker’s files', () => {
  let dir: string;
  const options = () => ({
    dir,
    companies: ['ManufacturerA', 'ManufacturerB'],
    listen: '127.0.0.1:4222',
    hosts: ['localhost', '127.0.0.1'],
  });
  const read = (...name: string[]): string => fs.readFileSync(path.join(dir, ...name), 'utf8');

  beforeEach(() => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-broker-files-'));
  });
  afterEach(() => {
    fs.rmSync(dir, { recursive: true });
  });

  it('hold no password but in a file of its own, which only its owner may read', async () => {
    await writeBrokerFiles(options());
    const config = read('nats-server.conf');
    for (const user of [
      'operator',
      'ManufacturerA',
      'ManufacturerA-erp',
      'ManufacturerB',
      'ManufacturerB-erp',
    ]) {
      const password = read('passwords', user).trim();
      expect(config).not.toContain(password);
      const [hash = ''] =
        new RegExp(`"user": "${user}",\\s+"password": "([^"]+)"`).exec(config)?.slice(1) ?? [];
      expect(compareSync(password, hash)).toBe(true);
      expect(fs.statSync(passwordFile(dir, user)).mode & 0o777).toBe(0o600);
    }
    for (const file of ['tls/server-key.pem', 'nats-server.conf', 'password-hashes.json']) {
      expect(fs.statSync(path.join(dir, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('name the host in a certificate that the authority issued', async () => {
    await writeBrokerFiles(options());
    const authority = new X509Certificate(fs.readFileSync(authorityFile(dir)));
    const certificate = new X509Certificate(read('tls', 'server.pem'));
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect([certificate.checkHost('localhost'), certificate.checkIP('127.0.0.1'), certificate.ca]).toEqual([
      'localhost',
      '127.0.0.1',
      false,
    ]);
  });

  it('keep what is there when a company is added', async () => {
    await writeBrokerFiles(options());
    const before = [
      read('tls', 'server.pem'),
      read('passwords', 'ManufacturerA'),
      read('password-hashes.json'),
    ];
    await writeBrokerFiles({ ...options(), companies: [...options().companies, 'ManufacturerA2'] });
    const hashes = JSON.parse(read('password-hashes.json')) as Record<string, string>;
    expect([read('tls', 'server.pem'), read('passwords', 'ManufacturerA')]).toEqual(before.slice(0, 2));
    expect(hashes).toMatchObject(JSON.parse(before[2] ?? '') as object);
    expect(Object.keys(hashes)).toHaveLength(7);
  });

  it('are written anew for a host that the certificate does not name', async () => {
    await writeBrokerFiles(options());
    await writeBrokerFiles({ ...options(), hosts: ['localhost', 'broker.example'] });
    expect(new X509Certificate(read('tls', 'server.pem')).checkHost('broker.example')).toBe('broker.example');
  });

  it('name the paths as the server sees them', async () => {
    await writeBrokerFiles({ ...options(), dirAtServer: '/etc/nats' });
    const config = fs.readFileSync(configFile(dir), 'utf8');
    expect(config).toContain('"/etc/nats/tls/server.pem"');
    expect(config).not.toContain(dir);
  });

  it.each(['', 'a.b', '*', '>', 'a b', '"'])('are refused for the company %p', async (company) => {
    await expect(writeBrokerFiles({ ...options(), companies: [company] })).rejects.toMatchObject({
      code: 'bad-company',
    });
  });
});

it('a machine without nats-server is told how to get it', () => {
  for (const env of [{ PATH: '' }, { NATS_SERVER_BIN: '/nowhere/nats-server' }]) {
    expect(() => findNatsServer(env)).toThrow('go install github.com/nats-io/nats-server/v2@v2.14.5');
  }
});
