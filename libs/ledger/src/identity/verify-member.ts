import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import { CertificateError } from './certificate-error';

export type MemberRole = 'client' | 'admin';

/** What a certificate proves once its chain ends in one of a company's roots. */
export interface Member {
  /** The certificate's organisational unit. */
  readonly role: MemberRole;
  /** SHA-256 of the certificate's DER bytes, hexadecimal. */
  readonly fingerprint: string;
  /** P-256. */
  readonly publicKey: KeyObject;
}

/** Fabric's node roles: a certificate carries exactly one of them; other units only describe the organisation. */
const NODE_ROLES = ['client', 'admin', 'peer', 'orderer'];

/** Critical extensions that are understood here; any other one makes a certificate unusable (RFC 5280, 4.2). */
const UNDERSTOOD = new Set(['2.5.29.15', '2.5.29.19']);

/**
 * Checks that a certificate (DER bytes or PEM) belongs to a company's client or admin: issued directly by one of
 * the company's roots, both valid at `at`, ECDSA over P-256, a leaf that may sign, one role. The roots come from
 * the channel's configuration, never from the message that carries the certificate (protocol.md, section 6).
 * @throws CertificateError
 */
export function verifyMember(certificate: Uint8Array | string, roots: readonly string[], at: Date): Member {
  const leaf = parse(certificate);
  const extensions = parseExtensions(leaf);
  const { publicKey } = leaf;
  if (publicKey.asymmetricKeyType !== 'ec' || publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new CertificateError('wrong-curve', 'the certificate’s key is not on P-256');
  }
  verifyIssuer(leaf, extensions, roots.map(parse), at);
  verifyLeaf(extensions);
  return { role: roleOf(extensions), fingerprint: fingerprintOf(leaf.raw), publicKey };
}

/** SHA-256 of DER bytes, hexadecimal. */
export function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex');
}

function verifyIssuer(
  leaf: X509Certificate,
  extensions: x509.X509Certificate,
  roots: readonly X509Certificate[],
  at: Date,
): void {
  // Typed with the browser's types, which are not among this project's; there is no hash for EdDSA.
  const { name, hash } = extensions.signatureAlgorithm as { name?: string; hash?: { name: string } };
  if (name !== 'ECDSA' || hash?.name !== 'SHA-256') {
    throw new CertificateError('not-issued-by-root', 'the certificate is not signed with ECDSA and SHA-256');
  }
  const root = roots.find(
    (candidate) => candidate.ca && leaf.checkIssued(candidate) && leaf.verify(candidate.publicKey),
  );
  if (!root)
    throw new CertificateError('not-issued-by-root', 'no root of the company issued the certificate');
  for (const { validFrom, validTo } of [leaf, root]) {
    // A date that cannot be read compares as false and so is refused.
    if (!(Date.parse(validFrom) <= at.getTime() && at.getTime() <= Date.parse(validTo))) {
      throw new CertificateError('not-valid-now', `the certificate is valid from ${validFrom} to ${validTo}`);
    }
  }
}

function verifyLeaf(extensions: x509.X509Certificate): void {
  const isAuthority = extensions.getExtension(x509.BasicConstraintsExtension)?.ca ?? false;
  const usages = extensions.getExtension(x509.KeyUsagesExtension)?.usages ?? 0;
  if (isAuthority || (usages & x509.KeyUsageFlags.keyCertSign) !== 0) {
    throw new CertificateError('not-a-leaf', 'a certificate authority’s certificate signs no messages');
  }
  if ((usages & x509.KeyUsageFlags.digitalSignature) === 0) {
    throw new CertificateError('wrong-usage', 'the certificate is not for digital signatures');
  }
  const unknown = extensions.extensions.find(({ critical, type }) => critical && !UNDERSTOOD.has(type));
  if (unknown)
    throw new CertificateError('wrong-usage', `critical extension ${unknown.type} is not understood`);
}

function roleOf({ subjectName }: x509.X509Certificate): MemberRole {
  const roles = subjectName.getField('OU').filter((unit) => NODE_ROLES.includes(unit));
  const [role] = roles;
  if (roles.length !== 1 || (role !== 'client' && role !== 'admin')) {
    throw new CertificateError('wrong-role', 'the certificate’s unit is not exactly one of client and admin');
  }
  return role;
}

/** One spelling per certificate: bytes after the certificate would give it a second fingerprint. */
function parse(certificate: Uint8Array | string): X509Certificate {
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(certificate);
  } catch (cause) {
    throw new CertificateError('malformed', 'not an X.509 certificate', { cause });
  }
  if (typeof certificate !== 'string' && !parsed.raw.equals(certificate)) {
    throw new CertificateError('malformed', 'not the DER bytes of exactly one certificate');
  }
  return parsed;
}

function parseExtensions({ raw }: X509Certificate): x509.X509Certificate {
  try {
    return new x509.X509Certificate(raw);
  } catch (cause) {
    throw new CertificateError('malformed', 'not an X.509 certificate', { cause });
  }
}
