import { ContractError } from './errors';
import type { LedgerTransaction } from './transaction';

/**
 * A peer takes proposals whose time is within two minutes of its own clock, so two honest submitters are at most four
 * minutes apart.
 */
export const CLOCK_TOLERANCE = 240_000;

/**
 * Time at which a record changes, milliseconds UTC: the transaction's, but never before the record's last change. A
 * transaction's time is its submitter's word (protocol.md, section 8). It is held against the record that it changes
 * and against nothing else: a clock that all transactions shared would make them wait for each other.
 *
 * @param last the record's last change; undefined when there is none
 * @throws ContractError `bad-time` when the transaction lies further back than clocks can be apart
 */
export function timeOfChange(tx: LedgerTransaction, last: number | undefined): number {
  if (last === undefined) return tx.timestamp;
  if (tx.timestamp < last - CLOCK_TOLERANCE) {
    throw new ContractError('bad-time', 'the transaction is dated before the last change of its record');
  }
  return Math.max(tx.timestamp, last);
}
