import { purposeOf, type ChannelPurpose, type Contract } from '@tacit/contracts';
import { LedgerError, type LedgerCall } from '../ledger';

/**
 * Name of the definition that serves the call. Whether a function records or only reads is decided here: a peer would
 * simulate a transaction that is merely evaluated, and then nothing would ever be recorded.
 * @throws LedgerError `unknown-channel` or `unknown-function`
 */
export function definitionFor(
  contracts: readonly Contract[],
  { channel, name }: LedgerCall,
  kind: 'transactions' | 'queries',
): ChannelPurpose {
  const purpose = purposeOf(channel);
  if (!purpose) throw new LedgerError('unknown-channel', `there is no channel ${channel}`);
  const contract = contracts.find((candidate) => candidate.purpose === purpose);
  if (!Object.hasOwn(contract?.[kind] ?? {}, name)) {
    throw new LedgerError('unknown-function', `channel ${channel} has no ${name} among its ${kind}`);
  }
  return purpose;
}
