import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createCompanyIdentity,
  loadMspIdentity,
  openDevLedger,
  openFabricLedger,
  type CompanyIdentity,
  type Ledger,
} from '@tacit/ledger';
import { ConfigError, type CompanyConfig } from '../config';

export interface LedgerAccess {
  readonly identity: CompanyIdentity;
  readonly ledger: Ledger;
}

/**
 * Opens the company's ledger with the company's own keys: on Fabric those of its MSP folders, on the dev ledger keys
 * that are made at first start.
 * @throws ConfigError, LedgerError
 */
export async function openLedger({
  company,
  displayName,
  stateDir,
  ledger,
}: CompanyConfig): Promise<LedgerAccess> {
  if (ledger.driver === 'fabric') {
    const { peer, tlsCa, tlsServerName, clientMsp, adminMsp } = ledger;
    const identity = loadMspIdentity({ mspId: company, displayName, client: clientMsp, admin: adminMsp });
    const options = { identity, peer, tlsRootPem: readPem(tlsCa), ...(tlsServerName && { tlsServerName }) };
    return { identity, ledger: await openFabricLedger(options) };
  }
  const identityDir = join(stateDir, 'identity');
  const identity = await createCompanyIdentity(identityDir, company, displayName);
  const { networkDir } = ledger;
  return { identity, ledger: await openDevLedger({ networkDir, identityDir, company }) };
}

function readPem(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`ledger.tlsCa: ${file} cannot be read; name the PEM file of the peer’s TLS root`, {
      cause,
    });
  }
}
