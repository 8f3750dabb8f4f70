import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createCompanyIdentity, type CompanyIdentity } from '../identity';
import type { Ledger } from '../ledger';
import { openFabricLedger } from './open';

let dir: string;
let identity: CompanyIdentity;
let ledger: Ledger | undefined;

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-fabric-open-'));
  identity = await createCompanyIdentity(path.join(dir, 'b'), 'ManufacturerB', 'B');
});
afterEach(async () => {
  await ledger?.close();
});
afterAll(() => {
  fs.rmSync(dir, { recursive: true });
});

/** A port on which nobody listens. */
const nobody = 'localhost:9';
const open = async (options: object = {}): Promise<Ledger> => {
  ledger = await openFabricLedger({ identity, peer: nobody, tlsRootPem: identity.rootPem, ...options });
  return ledger;
};
const member = { channel: 'quality', name: 'getMember', input: { company: 'ManufacturerB' } };

it('opens before the peer is up; everything is unavailable until then', async () => {
  const opened = await open();
  expect(opened).toMatchObject({ driver: 'fabric', company: 'ManufacturerB' });
  for (const call of [
    () => opened.channels(),
    () => opened.evaluate(member),
    () => opened.submit({ ...member, name: 'registerMember' }),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'unavailable', transient: true, step: 'channels' });
  }
});

it('tells what no peer has to be asked for', async () => {
  const opened = await open();
  const at = (change: object): Promise<unknown> => opened.evaluate({ ...member, ...change });
  await expect(at({ channel: 'nowhere' })).rejects.toMatchObject({ code: 'unknown-channel' });
  await expect(at({ name: 'registerMember' })).rejects.toMatchObject({ code: 'unknown-function' });
  await expect(at({ name: 'toString' })).rejects.toMatchObject({ code: 'unknown-function' });
  await expect(at({ input: 0.5 })).rejects.toMatchObject({ code: 'bad-proposal' });
  await expect(opened.submit(member)).rejects.toMatchObject({ code: 'unknown-function' });
});

it('signs as the admin only where there is one', async () => {
  const { mspId, displayName, rootPem, client } = identity;
  const opened = await open({ identity: { mspId, displayName, rootPem, client } });
  await expect(opened.submit({ ...member, name: 'registerMember', as: 'admin' })).rejects.toMatchObject({
    code: 'misconfigured',
    message: 'ManufacturerB has no admin identity here',
  });
});

it('takes no calls and ends its streams once closed', async () => {
  const opened = await open();
  const next = opened
    .events('quality', undefined, new AbortController().signal)
    [Symbol.asyncIterator]()
    .next();
  await opened.close();
  expect(await next).toEqual({ done: true, value: undefined });
  await expect(opened.evaluate(member)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'the ledger is closed',
  });
});

it.each([
  ['an address without port', { peer: 'localhost' }],
  ['an address with a scheme', { peer: 'grpcs://localhost:7051' }],
  ['a TLS root that is no certificate', { tlsRootPem: 'PEM' }],
])('refuses %s', async (_, options) => {
  await expect(open(options)).rejects.toMatchObject({ code: 'misconfigured' });
});
