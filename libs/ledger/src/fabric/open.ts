import { X509Certificate } from 'node:crypto';
import { LedgerError, type Ledger } from '../ledger';
import type { FabricLedgerOptions } from './connection';

/**
 * Opens Hyperledger Fabric for one company, through the gateway of its own peer. The peer need not be up yet: calls
 * are `unavailable` until it is.
 * @throws LedgerError `misconfigured`
 */
export async function openFabricLedger(options: FabricLedgerOptions): Promise<Ledger> {
  if (!/^[^\s:/]+:\d{1,5}$/.test(options.peer)) {
    throw new LedgerError('misconfigured', `the peer's address is host:port, not ${options.peer}`);
  }
  try {
    new X509Certificate(options.tlsRootPem);
  } catch (cause) {
    throw new LedgerError('misconfigured', 'the peer’s TLS root is not a PEM certificate', { cause });
  }
  // gRPC takes 23 MB and a seventh of a second to load: only companies on Fabric pay for it.
  const { FabricLedger } = await import('./fabric-ledger.js');
  return new FabricLedger(options);
}
