import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { identityFor, loadMspIdentity, verifyMember } from '.';
import { issueLeaf, issueRoot, type Authority } from './issue';
import type { MemberRole } from './verify-member';

const now = Date.now();
const validity = { from: new Date(now - 60_000), to: new Date(now + 3_600_000) };

let dir: string;
let root: Authority;
beforeAll(async () => {
  root = await issueRoot('ManufacturerB', validity);
});
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-msp-'));
});
afterEach(() => {
  fs.rmSync(dir, { recursive: true });
});

function write(folder: string, name: string, content: string): void {
  fs.mkdirSync(path.join(dir, folder), { recursive: true });
  fs.writeFileSync(path.join(dir, folder, name), content);
}

/** An MSP folder as cryptogen leaves it, with another key beside the certificate's own. */
async function msp(role: MemberRole, authority = root, period = validity): Promise<string> {
  const leaf = await issueLeaf(authority, 'ManufacturerB', role, period);
  const other = await issueLeaf(authority, 'ManufacturerB', role, period);
  write(`${role}/signcerts`, `${role}@b.example-cert.pem`, leaf.certificatePem);
  write(`${role}/keystore`, 'a_sk', other.privateKeyPem);
  write(`${role}/keystore`, 'priv_sk', leaf.privateKeyPem);
  write(`${role}/cacerts`, 'ca.pem', authority.certificatePem);
  return path.join(dir, role);
}

const load = (client: string, admin?: string) =>
  loadMspIdentity({
    mspId: 'ManufacturerB',
    displayName: 'B',
    client,
    ...(admin !== undefined && { admin }),
  });

it('loads client and admin, each with the key of its certificate', async () => {
  const identity = load(await msp('client'), await msp('admin'));
  expect(identity).toMatchObject({ mspId: 'ManufacturerB', displayName: 'B', rootPem: root.certificatePem });
  for (const role of ['client', 'admin'] as const) {
    const loaded = identityFor(identity, role);
    expect(loaded).toMatchObject({ mspId: 'ManufacturerB', role });
    expect(verifyMember(loaded.certificateDer, [root.certificatePem], new Date())).toMatchObject({
      role,
      fingerprint: loaded.fingerprint,
    });
  }
});

it('works without an admin until one has to sign', async () => {
  const identity = load(await msp('client'));
  expect(identity.admin).toBeUndefined();
  expect(() => identityFor(identity, 'admin')).toThrow('has no admin identity here');
});

it.each<[string, (client: string) => unknown, string]>([
  [
    'no folder',
    (client) => {
      fs.rmSync(client, { recursive: true });
    },
    'signcerts does not hold exactly one',
  ],
  [
    'two certificates',
    () => {
      write('client/signcerts', 'x.pem', root.certificatePem);
    },
    'exactly one',
  ],
  [
    'no key',
    (client) => {
      fs.rmSync(path.join(client, 'keystore', 'priv_sk'));
    },
    'does not hold the certificate’s key',
  ],
  [
    'a key that is none',
    () => {
      write('client/keystore', 'b_sk', 'x');
    },
    'no usable client identity',
  ],
  [
    'another authority',
    async () => {
      write('client/cacerts', 'ca.pem', (await issueRoot('X', validity)).certificatePem);
    },
    'issuer',
  ],
  [
    'a certificate that is over',
    () => msp('client', root, { ...validity, to: new Date(now - 1000) }),
    'valid from',
  ],
])('refuses a folder with %s, by its name', async (_, spoil, reason) => {
  const client = await msp('client');
  await spoil(client);
  expect(() => load(client)).toThrow(expect.objectContaining({ code: 'misconfigured' }));
  expect(() => load(client)).toThrow(reason);
  expect(() => load(client)).toThrow(client);
});

it('refuses the wrong role and a name that is no MSP ID', async () => {
  const [client, admin] = [await msp('client'), await msp('admin')];
  expect(() => load(admin)).toThrow('the certificate is for admin, not for client');
  expect(() => load(client, client)).toThrow('the certificate is for client, not for admin');
  expect(() => loadMspIdentity({ mspId: '../B', displayName: 'B', client })).toThrow('an MSP ID is letters');
});
