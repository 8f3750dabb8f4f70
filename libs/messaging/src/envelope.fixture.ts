// Companies for this library's tests: self-signed P-256 certificates, and envelopes signed over any bytes at all.
import { TacitError, toHex } from '@tacit/core';
import * as x509 from '@peculiar/x509';
import { createHash, KeyObject, randomBytes, sign, webcrypto } from 'node:crypto';
import type { EnvelopeBody, EnvelopeSigner, OpenOptions, VerifyMember } from './envelope';
import { MAX_LIFETIMES } from './messages';

export const NOW = Date.UTC(2026, 3, 1);

export interface TestCompany extends EnvelopeSigner {
  readonly name: string;
}

export async function makeCompany(
  name: string,
  algorithm: { name: string; namedCurve?: string } = { name: 'ECDSA', namedCurve: 'P-256' },
): Promise<TestCompany> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('privateKey' in keys)) throw new TypeError('not a key pair');
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}, OU=client`,
    notBefore: new Date(NOW - 86_400_000),
    notAfter: new Date(NOW + 86_400_000),
    signingAlgorithm: { ...algorithm, hash: 'SHA-256' },
    keys,
  });
  return {
    name,
    certificateDer: new Uint8Array(certificate.rawData),
    privateKey: KeyObject.from(keys.privateKey),
  };
}

/** Accepts the certificates of these companies, each for its own name. */
export function membership(...companies: readonly TestCompany[]): VerifyMember {
  return async (from, certificateDer) => {
    const member = companies.find(({ name }) => name === from);
    if (!member || toHex(member.certificateDer) !== toHex(certificateDer)) {
      throw new TacitError('not-a-member', 'not a member');
    }
    return { fingerprint: createHash('sha256').update(certificateDer).digest('hex') };
  };
}

export function openOptions(me: TestCompany, ...members: readonly TestCompany[]): OpenOptions {
  return { me: me.name, now: NOW, verifyMember: membership(me, ...members), maxLifetimes: MAX_LIFETIMES };
}

export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

export function makeBody(
  from: TestCompany,
  to: TestCompany,
  changes: Partial<EnvelopeBody> = {},
): EnvelopeBody {
  return {
    type: 'refusal',
    version: 1,
    id: randomId(),
    from: from.name,
    to: to.name,
    issuedAt: NOW - 1_000,
    expiresAt: NOW + 60_000,
    payload: { status: 'refused', code: 'request-refused' },
    ...changes,
  };
}

/** The header that a sender should write. */
export function headerOf(company: TestCompany): Record<string, unknown> {
  return {
    alg: 'ES256',
    typ: 'tacit-envelope+jws',
    x5c: [Buffer.from(company.certificateDer).toString('base64')],
  };
}

/** A correct ES256 signature over whatever header and body text one likes. */
export function forge(header: string, body: string, key: KeyObject): string {
  const signed = [header, body].map((part) => Buffer.from(part).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}
