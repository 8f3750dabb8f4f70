import * as path from 'node:path';
import { MANUFACTURER_A2, type CompanyDefinition } from '../../tools/companies';
import { Surroundings, type LedgerName, type MessagingName } from '../../tools/surroundings';

/** What this run's companies meet on: the projects of jest.config.cjs set it, the same suites run on each. */
export const LEDGER = (process.env['TACIT_TEST_LEDGER'] ?? 'dev') as LedgerName;
export const MESSAGING = (process.env['TACIT_TEST_MESSAGING'] ?? 'tcp') as MessagingName;

/** Starts what the companies of one test meet on, on free ports and in its temporary folder. */
export async function startTestSurroundings(
  temporary: string,
  companies: readonly CompanyDefinition[],
): Promise<Surroundings> {
  const surroundings = await Surroundings.start({
    ledger: LEDGER,
    messaging: MESSAGING,
    fabricDir: path.join(temporary, 'fabric'),
    brokerDir: path.join(temporary, 'broker'),
    ports: 'free',
    companies: companies.map(({ company }) => company),
  });
  if (companies.includes(MANUFACTURER_A2)) await surroundings.fabric?.addCompany('a2');
  return surroundings;
}
