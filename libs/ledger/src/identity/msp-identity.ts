import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { LedgerError } from '../ledger';
import { checkedIdentity, isMspId, type CompanyIdentity, type Identity } from './company-identity';
import type { MemberRole } from './verify-member';

/** A company's identities where Fabric's tools leave them. */
export interface MspFolders {
  readonly mspId: string;
  readonly displayName: string;
  /** MSP folder (`signcerts`, `keystore`, `cacerts`) of the identity that signs transactions and messages. */
  readonly client: string;
  /** The same of the admin, who registers keys and sets policies. */
  readonly admin?: string;
}

/**
 * Loads what cryptogen or fabric-ca-client has written. The folder's own authorities only tell whether it belongs
 * together; whom the others trust stands in the channels' configurations.
 * @throws LedgerError `misconfigured`, naming the folder
 */
export function loadMspIdentity({ mspId, displayName, client, admin }: MspFolders): CompanyIdentity {
  if (!isMspId(mspId))
    throw new LedgerError('misconfigured', 'an MSP ID is letters, digits, dots and hyphens');
  const loaded = load(client, mspId, 'client');
  return {
    mspId,
    displayName,
    rootPem: loaded.issuer,
    client: loaded.identity,
    ...(admin !== undefined && { admin: load(admin, mspId, 'admin').identity }),
  };
}

function load(dir: string, mspId: string, role: MemberRole): { identity: Identity; issuer: string } {
  try {
    const [certificatePem, ...others] = filesOf(dir, 'signcerts');
    if (certificatePem === undefined || others.length > 0) {
      throw new Error('signcerts does not hold exactly one certificate');
    }
    const certificate = new X509Certificate(certificatePem);
    const privateKey = keysOf(dir).find((key) => certificate.checkPrivateKey(key));
    if (!privateKey) throw new Error('keystore does not hold the certificate’s key');
    const authorities = [...filesOf(dir, 'cacerts'), ...filesOf(dir, 'intermediatecerts')];
    const issuer = authorities.find((pem) => certificate.checkIssued(new X509Certificate(pem)));
    if (issuer === undefined)
      throw new Error('neither cacerts nor intermediatecerts holds the certificate’s issuer');
    return { identity: checkedIdentity({ mspId, role, certificatePem, privateKey }, [issuer]), issuer };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unreadable';
    throw new LedgerError('misconfigured', `no usable ${role} identity in ${dir}: ${reason}`, { cause });
  }
}

function keysOf(dir: string): KeyObject[] {
  return filesOf(dir, 'keystore').map((pem) => createPrivateKey(pem));
}

function filesOf(dir: string, folder: string): string[] {
  const inside = path.join(dir, folder);
  if (!fs.existsSync(inside)) return [];
  return fs
    .readdirSync(inside)
    .sort()
    .map((name) => fs.readFileSync(path.join(inside, name), 'utf8'));
}
