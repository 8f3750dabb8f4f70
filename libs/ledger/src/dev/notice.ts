import { LedgerError } from '../ledger';

/** Said at start and wherever the ledger's state is shown. */
export const DEV_LEDGER_NOTICE =
  'Dev ledger: the companies of this network share one folder on one machine; use Hyperledger Fabric between companies.';

/** @throws LedgerError `misconfigured` in production. */
export function assertNotProduction(): void {
  if (process.env['NODE_ENV'] === 'production') {
    throw new LedgerError('misconfigured', `NODE_ENV is production. ${DEV_LEDGER_NOTICE}`);
  }
}
