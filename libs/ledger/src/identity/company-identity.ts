import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { syncDirectory } from '../files';
import { LedgerError } from '../ledger';
import { issueLeaf, issueRoot, type KeyAndCertificate } from './issue';
import { fingerprintOf, verifyMember, type MemberRole } from './verify-member';

const DAY = 86_400_000;
/** Dev identities are made once and not renewed; they outlive every network of one machine. */
const LIFETIME = 3650 * DAY;
/** Other processes of the machine may read the clock a little earlier. */
const CLOCK_SKEW = 300_000;

/** A certificate and the key that signs for it. */
export interface Identity {
  readonly mspId: string;
  readonly role: MemberRole;
  readonly certificatePem: string;
  readonly certificateDer: Uint8Array;
  /** SHA-256 of the certificate's DER bytes, hexadecimal. */
  readonly fingerprint: string;
  readonly privateKey: KeyObject;
}

export interface CompanyIdentity {
  readonly mspId: string;
  /** The company's name for people. */
  readonly displayName: string;
  /** The company's root certificate, which the other members trust. */
  readonly rootPem: string;
  readonly client: Identity;
  /** Absent where the company keeps it on another machine. */
  readonly admin?: Identity;
}

/** What is made on one machine is complete. */
export type DevCompanyIdentity = Required<CompanyIdentity>;

/** The identity that signs as asked. @throws LedgerError `misconfigured` when there is none. */
export function identityFor(identity: CompanyIdentity, role: MemberRole): Identity {
  const found = identity[role];
  if (!found) throw new LedgerError('misconfigured', `${identity.mspId} has no ${role} identity here`);
  return found;
}

/** A company's MSP ID names files and certificate subjects: letters, digits, dot and hyphen, at most 64. */
export function isMspId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/.test(text);
}

/**
 * Makes a company's root, one client and one admin at first start; loads them when they are there.
 *
 *     msp.json                     MSP ID and name
 *     cacerts/cert.pem             the root, public; Fabric's MSP has the same folder
 *     ca/key.pem                   the root's key
 *     client/{cert,key}.pem        signs transactions and messages
 *     admin/{cert,key}.pem         registers keys, sets policies
 *
 * Everything is written beside `dir` and renamed into place, so a crash leaves all or nothing. Keys are readable
 * by their owner only.
 * @throws LedgerError `misconfigured` when the folder holds another company or is not complete.
 */
export async function createCompanyIdentity(
  dir: string,
  mspId: string,
  displayName: string,
): Promise<DevCompanyIdentity> {
  if (!isMspId(mspId))
    throw new LedgerError('misconfigured', 'an MSP ID is letters, digits, dots and hyphens');
  if (!fs.existsSync(dir)) await writeCompanyIdentity(dir, mspId, displayName);
  const identity = loadCompanyIdentity(dir);
  if (identity.mspId !== mspId) {
    throw new LedgerError(
      'misconfigured',
      `the identity folder belongs to ${identity.mspId}, not to ${mspId}`,
    );
  }
  return identity;
}

/** @throws LedgerError `misconfigured` when the folder is not complete or its certificates are not valid now. */
export function loadCompanyIdentity(dir: string): DevCompanyIdentity {
  try {
    const { mspId, displayName } = readDescription(path.join(dir, 'msp.json'));
    const rootPem = fs.readFileSync(path.join(dir, 'cacerts', 'cert.pem'), 'utf8');
    const load = (role: MemberRole): Identity => loadIdentity(path.join(dir, role), mspId, role, rootPem);
    return { mspId, displayName, rootPem, client: load('client'), admin: load('admin') };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable';
    throw new LedgerError('misconfigured', `no usable company identity in ${dir}: ${reason}`, { cause });
  }
}

function loadIdentity(dir: string, mspId: string, role: MemberRole, rootPem: string): Identity {
  const certificatePem = fs.readFileSync(path.join(dir, 'cert.pem'), 'utf8');
  const privateKey = createPrivateKey(fs.readFileSync(path.join(dir, 'key.pem')));
  return checkedIdentity({ mspId, role, certificatePem, privateKey }, [rootPem]);
}

/** @throws Error unless the certificate is valid now, of the role, and the key's. */
export function checkedIdentity(
  { mspId, role, certificatePem, privateKey }: Omit<Identity, 'certificateDer' | 'fingerprint'>,
  issuers: readonly string[],
): Identity {
  const certificate = new X509Certificate(certificatePem);
  const member = verifyMember(certificate.raw, issuers, new Date());
  if (member.role !== role) throw new Error(`the certificate is for ${member.role}, not for ${role}`);
  if (!certificate.checkPrivateKey(privateKey)) throw new Error('the key is of another certificate');
  return {
    mspId,
    role,
    certificatePem,
    certificateDer: new Uint8Array(certificate.raw),
    fingerprint: fingerprintOf(certificate.raw),
    privateKey,
  };
}

function readDescription(file: string): { mspId: string; displayName: string } {
  const { mspId, displayName } = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
  if (typeof mspId !== 'string' || !isMspId(mspId) || typeof displayName !== 'string') {
    throw new Error('msp.json names no company');
  }
  return { mspId, displayName };
}

async function writeCompanyIdentity(dir: string, mspId: string, displayName: string): Promise<void> {
  const now = Date.now();
  const validity = { from: new Date(now - CLOCK_SKEW), to: new Date(now + LIFETIME) };
  const root = await issueRoot(mspId, validity);
  const client = await issueLeaf(root, mspId, 'client', validity);
  const admin = await issueLeaf(root, mspId, 'admin', validity);

  const parent = path.dirname(path.resolve(dir));
  fs.mkdirSync(parent, { recursive: true, mode: 0o700 });
  const draft = fs.mkdtempSync(path.join(parent, `.${path.basename(dir)}-`));
  const write = (folder: string, file: string, content: string): void => {
    const target = path.join(draft, folder);
    fs.mkdirSync(target, { recursive: true, mode: 0o700 });
    fs.writeFileSync(path.join(target, file), content, { mode: 0o600, flush: true });
    syncDirectory(target);
  };
  const writePair = (folder: string, { certificatePem, privateKeyPem }: KeyAndCertificate): void => {
    write(folder, 'cert.pem', certificatePem);
    write(folder, 'key.pem', privateKeyPem);
  };
  write('.', 'msp.json', `${JSON.stringify({ mspId, displayName })}\n`);
  write('cacerts', 'cert.pem', root.certificatePem);
  write('ca', 'key.pem', root.privateKeyPem);
  writePair('client', client);
  writePair('admin', admin);
  try {
    syncDirectory(draft);
    fs.renameSync(draft, dir);
    syncDirectory(parent);
  } catch (error) {
    fs.rmSync(draft, { recursive: true });
    // Another process of the company was first; what it made is loaded.
    if (!fs.existsSync(dir)) throw error;
  }
}
