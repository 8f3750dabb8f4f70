import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { KeyObject, randomBytes, webcrypto } from 'node:crypto';
import type { MemberRole } from './verify-member';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** A certificate with its private key, both PEM (PKCS#8). */
export interface KeyAndCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface Validity {
  readonly from: Date;
  readonly to: Date;
}

/** A certificate authority that can issue leaves as long as it is held in memory. */
export interface Authority extends KeyAndCertificate {
  readonly certificate: x509.X509Certificate;
  readonly signingKey: webcrypto.CryptoKey;
}

x509.cryptoProvider.set(webcrypto);

/** Makes a company's self-signed root: it issues leaves only (path length 0) and signs nothing else. */
export async function issueRoot(company: string, { from, to }: Validity): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ O: [company] }, { CN: [`ca.${company}`] }],
    notBefore: from,
    notAfter: to,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, signingKey: keys.privateKey, ...toPem(certificate, keys.privateKey) };
}

/** Issues the certificate with which a company's client or admin signs. */
export async function issueLeaf(
  root: Authority,
  company: string,
  role: MemberRole,
  { from, to }: Validity,
): Promise<KeyAndCertificate> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ O: [company] }, { OU: [role] }, { CN: [`${role}.${company}`] }],
    issuer: root.certificate.subjectName,
    notBefore: from,
    notAfter: to,
    publicKey: keys.publicKey,
    signingKey: root.signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(root.certificate),
    ],
  });
  return toPem(certificate, keys.privateKey);
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** 127 random bits: positive, as RFC 5280 wants it. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

function toPem(certificate: x509.X509Certificate, privateKey: webcrypto.CryptoKey): KeyAndCertificate {
  return {
    certificatePem: `${certificate.toString('pem')}\n`,
    privateKeyPem: KeyObject.from(privateKey).export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
