import type { Contract } from '@tacit/contracts';
import { loadCompanyIdentity } from '../identity';
import { LedgerError, type Ledger } from '../ledger';
import { DevLedger } from './dev-ledger';
import { DevPeer } from './dev-peer';
import { DevNetwork } from './network';
import { assertNotProduction } from './notice';
import type { Peer } from './peer';
import { WorkerPeer } from './worker-peer';

export interface DevLedgerOptions {
  /** The folder that the companies of this machine share. */
  readonly networkDir: string;
  /** The company's own folder, as createCompanyIdentity has made it. */
  readonly identityDir: string;
  /** MSP ID; must be the identity's. */
  readonly company: string;
  /**
   * Runs the peer in the calling thread with these contracts. Unless told, the peer is a worker thread with the
   * contracts of the product, so that big integers never hold up the caller's event loop.
   */
  readonly inThread?: readonly Contract[];
}

/**
 * Opens the dev ledger for one company and publishes the company's root certificate to the others.
 * @throws LedgerError `misconfigured` in production, or when the folders belong to another company.
 */
export async function openDevLedger(options: DevLedgerOptions): Promise<Ledger> {
  assertNotProduction();
  const { networkDir, identityDir, company, inThread: contracts } = options;
  const identity = loadCompanyIdentity(identityDir);
  if (identity.mspId !== company) {
    throw new LedgerError(
      'misconfigured',
      `the identity folder belongs to ${identity.mspId}, not to ${company}`,
    );
  }
  new DevNetwork(networkDir).publishRoot(company, identity.rootPem);
  const peer: Peer = contracts
    ? new DevPeer({ networkDir, company, contracts })
    : new WorkerPeer({ networkDir, company });
  await peer.channels();
  return new DevLedger(identity, peer);
}
