import * as x509 from '@peculiar/x509';
import { webcrypto, X509Certificate } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createCompanyIdentity, loadCompanyIdentity, verifyMember, type DevCompanyIdentity } from '.';
import { issueLeaf, issueRoot, type Authority } from './issue';

const DAY = 86_400_000;
const now = new Date();
const validity = { from: new Date(now.getTime() - DAY), to: new Date(now.getTime() + DAY) };
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-identity-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

describe('a company’s identity', () => {
  it('is made once and loaded ever after', async () => {
    const dir = path.join(folder, 'b');
    const made = await createCompanyIdentity(dir, 'ManufacturerB', 'Manufacturer B, “Ltd” 株式会社');
    expect(made).toMatchObject({
      mspId: 'ManufacturerB',
      displayName: 'Manufacturer B, “Ltd” 株式会社',
      client: { role: 'client', mspId: 'ManufacturerB' },
      admin: { role: 'admin' },
    });
    const again = await createCompanyIdentity(dir, 'ManufacturerB', 'another name');
    expect(again.client.fingerprint).toBe(made.client.fingerprint);
    expect(again.client.fingerprint).not.toBe(again.admin.fingerprint);
    expect(again.displayName).toBe(made.displayName);
    expect(fs.readdirSync(folder)).toEqual(['b']);
  });

  it('is the same for two processes that start at once', async () => {
    const dir = path.join(folder, 'b');
    const made = await Promise.all([1, 2, 3].map(() => createCompanyIdentity(dir, 'ManufacturerB', 'B')));
    expect(new Set(made.map(({ client }) => client.fingerprint)).size).toBe(1);
    expect(fs.readdirSync(folder)).toEqual(['b']);
  });

  it('is readable by its owner only', async () => {
    const dir = path.join(folder, 'b');
    await createCompanyIdentity(dir, 'ManufacturerB', 'B');
    const modes = fs
      .readdirSync(dir, { recursive: true, withFileTypes: true })
      .map((entry) => [
        entry.isDirectory(),
        fs.statSync(path.join(entry.parentPath, entry.name)).mode & 0o777,
      ]);
    expect(modes).toHaveLength(11);
    for (const [isDirectory, mode] of modes) expect(mode).toBe(isDirectory ? 0o700 : 0o600);
    expect(fs.statSync(dir).mode & 0o777).toBe(0o700);
  });

  it('refuses a folder of another company, an incomplete one and foreign keys', async () => {
    const b = path.join(folder, 'b');
    const c = path.join(folder, 'c');
    await createCompanyIdentity(b, 'ManufacturerB', 'B');
    await createCompanyIdentity(c, 'ManufacturerC', 'C');
    await expect(createCompanyIdentity(b, 'ManufacturerC', 'C')).rejects.toMatchObject({
      code: 'misconfigured',
    });
    await expect(createCompanyIdentity(path.join(folder, 'x'), '../x', 'X')).rejects.toMatchObject({
      code: 'misconfigured',
    });

    fs.copyFileSync(path.join(c, 'client', 'key.pem'), path.join(b, 'client', 'key.pem'));
    expect(() => loadCompanyIdentity(b)).toThrow('no usable company identity');
    fs.copyFileSync(path.join(c, 'client', 'cert.pem'), path.join(b, 'client', 'cert.pem'));
    expect(() => loadCompanyIdentity(b)).toThrow('no usable company identity');
    fs.rmSync(path.join(c, 'admin'), { recursive: true });
    expect(() => loadCompanyIdentity(c)).toThrow('no usable company identity');
    fs.writeFileSync(path.join(b, 'msp.json'), 'null');
    expect(() => loadCompanyIdentity(b)).toThrow('no usable company identity');
  });
});

describe('a member’s certificate', () => {
  let company: DevCompanyIdentity;
  let root: Authority;
  beforeEach(async () => {
    company = await createCompanyIdentity(path.join(folder, 'b'), 'ManufacturerB', 'B');
    root = await issueRoot('ManufacturerB', validity);
  });

  const codeOf = (certificate: Uint8Array | string, roots: readonly string[], at = now): unknown => {
    try {
      verifyMember(certificate, roots, at);
      return undefined;
    } catch (error) {
      return (error as { code: unknown }).code;
    }
  };

  /** A certificate that the root really issues, with something wrong about it. */
  const issue = async (
    changes: Partial<x509.X509CertificateCreateWithKeyParams> = {},
    algorithm: { name: string; namedCurve: string; hash: string } = P256,
  ): Promise<string> => {
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: '01',
      subject: [{ OU: ['client'] }],
      issuer: root.certificate.subjectName,
      notBefore: validity.from,
      notAfter: validity.to,
      signingAlgorithm: P256,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ],
      publicKey: keys.publicKey,
      signingKey: root.signingKey,
      ...changes,
    });
    return certificate.toString('pem');
  };

  it('tells role and fingerprint, from PEM and from DER', () => {
    for (const identity of [company.client, company.admin]) {
      for (const certificate of [identity.certificatePem, identity.certificateDer]) {
        const member = verifyMember(certificate, [root.certificatePem, company.rootPem], now);
        expect(member).toMatchObject({ role: identity.role, fingerprint: identity.fingerprint });
        expect(new X509Certificate(identity.certificatePem).checkPrivateKey(identity.privateKey)).toBe(true);
      }
    }
  });

  it('is accepted when nothing is wrong with it, also with further units as Fabric’s CA adds them', async () => {
    expect(codeOf(await issue(), [root.certificatePem])).toBeUndefined();
    const subject = [{ OU: ['department1'] }, { OU: ['client'] }];
    expect(codeOf(await issue({ subject }), [root.certificatePem])).toBeUndefined();
  });

  it('rejects another company’s member', async () => {
    const other = await createCompanyIdentity(path.join(folder, 'c'), 'ManufacturerC', 'C');
    expect(codeOf(company.client.certificatePem, [other.rootPem])).toBe('not-issued-by-root');
    expect(codeOf(company.client.certificatePem, [])).toBe('not-issued-by-root');
  });

  it('rejects a self-made root that bears the same name', async () => {
    const impostor = await createCompanyIdentity(path.join(folder, 'c'), 'ManufacturerB', 'B');
    expect(codeOf(impostor.client.certificatePem, [company.rootPem])).toBe('not-issued-by-root');
  });

  it('rejects a certificate that another member issued', async () => {
    const leaf = await issueLeaf(root, 'ManufacturerB', 'client', validity);
    const issuer = new x509.X509Certificate(leaf.certificatePem);
    const below = await issue({ issuer: issuer.subjectName });
    expect(codeOf(below, [root.certificatePem, leaf.certificatePem])).toBe('not-issued-by-root');
  });

  it('rejects the root itself as a member', () => {
    expect(codeOf(company.rootPem, [company.rootPem])).toBe('not-a-leaf');
  });

  it('rejects a certificate before and after its time, and under a root that has expired', async () => {
    const leaf = await issue();
    expect(codeOf(leaf, [root.certificatePem], new Date(now.getTime() - 2 * DAY))).toBe('not-valid-now');
    expect(codeOf(leaf, [root.certificatePem], new Date(now.getTime() + 2 * DAY))).toBe('not-valid-now');
    const longer = await issue({ notAfter: new Date(now.getTime() + 9 * DAY) });
    expect(codeOf(longer, [root.certificatePem], new Date(now.getTime() + 2 * DAY))).toBe('not-valid-now');
  });

  it('rejects a key on another curve', async () => {
    const p384 = await issue({}, { ...P256, namedCurve: 'P-384' });
    expect(codeOf(p384, [root.certificatePem])).toBe('wrong-curve');
  });

  it('rejects another hash than SHA-256 in the issuer’s signature', async () => {
    const sha1 = await issue({ signingAlgorithm: { ...P256, hash: 'SHA-1' } });
    expect(codeOf(sha1, [root.certificatePem])).toBe('not-issued-by-root');
  });

  it('rejects an authority’s, one without digitalSignature, one with an unknown critical extension', async () => {
    const basic = new x509.BasicConstraintsExtension(true, 0, true);
    const sign = new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true);
    const signsCertificates = new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true);
    const other = new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyAgreement, true);
    const strange = new x509.Extension('1.2.3.4', true, new Uint8Array([5, 0]));
    expect(codeOf(await issue({ extensions: [basic, sign] }), [root.certificatePem])).toBe('not-a-leaf');
    expect(codeOf(await issue({ extensions: [signsCertificates] }), [root.certificatePem])).toBe(
      'not-a-leaf',
    );
    expect(codeOf(await issue({ extensions: [other] }), [root.certificatePem])).toBe('wrong-usage');
    expect(codeOf(await issue({ extensions: [] }), [root.certificatePem])).toBe('wrong-usage');
    expect(codeOf(await issue({ extensions: [sign, strange] }), [root.certificatePem])).toBe('wrong-usage');
  });

  it.each([[['peer']], [['orderer']], [[]], [['client', 'admin']], [['client', 'client']], [['Client']]])(
    'rejects the units %j',
    async (units) => {
      const subject = [{ CN: ['x'] }, ...units.map((unit) => ({ OU: [unit] }))];
      expect(codeOf(await issue({ subject }), [root.certificatePem])).toBe('wrong-role');
    },
  );

  it('rejects bytes that are not exactly one certificate', () => {
    const { certificateDer, certificatePem } = company.client;
    const trailing = Buffer.concat([certificateDer, Buffer.from([0])]);
    for (const bad of [
      trailing,
      certificateDer.slice(0, -1),
      new Uint8Array(0),
      '',
      'x',
      certificatePem.slice(9),
    ])
      expect(codeOf(bad, [company.rootPem])).toBe('malformed');
    expect(codeOf(certificatePem, ['not a root'])).toBe('malformed');
  });

  it('rejects every flipped byte', () => {
    const original = company.client.certificateDer;
    for (let i = 0; i < original.length; i++) {
      const flipped = Uint8Array.from(original);
      flipped[i] = (flipped[i] ?? 0) ^ 1;
      expect([i, codeOf(flipped, [company.rootPem])]).not.toEqual([i, undefined]);
    }
  });
});
