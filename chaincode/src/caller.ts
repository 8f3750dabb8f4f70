import { createHash, X509Certificate } from 'node:crypto';
import { ContractError, type Caller } from '@tacit/contracts';

/** Fabric's node roles: a certificate carries exactly one of them; other units only describe the organisation. */
const NODE_ROLES = ['client', 'admin', 'peer', 'orderer'];

/**
 * Who signed the proposal. The peer has verified the signature and the certificate's chain against the channel's
 * MSPs; what is left is to read it.
 *
 * @param idBytes the certificate, PEM
 * @throws ContractError `not-allowed` for a certificate that is not exactly one of client and admin
 */
export function callerOf({
  mspid,
  idBytes,
}: {
  readonly mspid: string;
  readonly idBytes: Uint8Array;
}): Caller {
  const certificate = new X509Certificate(idBytes);
  const units = certificate.toLegacyObject().subject.OU as string | readonly string[] | undefined;
  const roles = [units ?? []].flat().filter((unit) => NODE_ROLES.includes(unit));
  const [role] = roles;
  if (roles.length !== 1 || (role !== 'client' && role !== 'admin')) {
    throw new ContractError('not-allowed', 'the certificate’s unit is not exactly one of client and admin');
  }
  return {
    company: mspid,
    role,
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
  };
}
