import * as path from 'node:path';
import type { NatsConfig } from '@tacit/company';
import type { Broker } from '../../fabric-network/broker';
import type { PeerProxies } from '../../fabric-network/site';
import { MANUFACTURER_A2, type CompanyDefinition } from '../../tools/companies';
import type { ConnectsCompanies } from '../../tools/network';
import { Surroundings, type LedgerName, type MessagingName } from '../../tools/surroundings';

/** What this run's companies meet on: the projects of jest.config.cjs set it, the same suites run on each. */
export const LEDGER = (process.env['TACIT_TEST_LEDGER'] ?? 'dev') as LedgerName;
export const MESSAGING = (process.env['TACIT_TEST_MESSAGING'] ?? 'tcp') as MessagingName;

/** Ways between the companies that a test has in its hand, instead of the direct ones. */
export interface Detours {
  readonly peerProxies: PeerProxies;
  /** The broker as each company is to reach it. */
  toBroker(broker: Broker): Promise<ConnectsCompanies<NatsConfig>>;
}

/** Starts what the companies of one test meet on, on free ports and in its temporary folder. */
export async function startTestSurroundings(
  temporary: string,
  companies: readonly CompanyDefinition[],
  detours?: Detours,
): Promise<Surroundings> {
  const brokerDir = path.join(temporary, 'broker');
  const surroundings = await Surroundings.start({
    ledger: LEDGER,
    messaging: MESSAGING,
    fabricDir: path.join(temporary, 'fabric'),
    brokerDir,
    ports: 'free',
    companies: companies.map(({ company }) => company),
    ...(detours && { peerProxies: detours.peerProxies }),
  }).catch(async (error: unknown) => {
    if (MESSAGING === 'nats') {
      const { Broker } = await import('../../fabric-network/broker/index.js');
      await Broker.open(brokerDir)?.stop();
    }
    throw error;
  });
  if (companies.includes(MANUFACTURER_A2)) await surroundings.fabric?.addCompany('a2');
  return surroundings;
}
