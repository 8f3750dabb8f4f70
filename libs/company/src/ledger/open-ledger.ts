import { join } from 'node:path';
import { createCompanyIdentity, openDevLedger, type CompanyIdentity, type Ledger } from '@tacit/ledger';
import type { CompanyConfig } from '../config';

export interface LedgerAccess {
  readonly identity: CompanyIdentity;
  readonly ledger: Ledger;
}

/**
 * Opens the company's ledger with the company's own keys. On the dev ledger they are made at first start.
 * @throws ConfigError, LedgerError
 */
export async function openLedger(config: CompanyConfig): Promise<LedgerAccess> {
  const { company, displayName, stateDir, ledger } = config;
  if (ledger.driver !== 'dev') throw new Error('not yet');
  const identityDir = join(stateDir, 'identity');
  const identity = await createCompanyIdentity(identityDir, company, displayName);
  return {
    identity,
    ledger: await openDevLedger({ networkDir: ledger.networkDir, identityDir, company }),
  };
}
