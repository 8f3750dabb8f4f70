import { openQualityRecord, qualityRecordSchema, type QualityRecord } from '@tacit/comparison';
import type { AdditiveScheme } from '@tacit/core';
import { agreementOf, requireUnexpired } from './agreements';
import type { ContractFunction } from './contract';
import { define } from './define';
import { ContractError } from './errors';
import type { PolicyGuard } from './policy';
import { alreadyRecorded, emit, read, require, write } from './records';
import type { LedgerTransaction } from './transaction';

/** @throws ContractError `unknown-pair` */
export function pairOf(tx: LedgerTransaction, pairId: string): Promise<QualityRecord> {
  return require<QualityRecord>(tx, ['pair', pairId], 'unknown-pair');
}

/** The key holder records Enc(x), Enc(y) of two consecutive readings under a key that was never used. */
export function publishPair(
  schemeOf: (profile: string) => AdditiveScheme,
  guard: PolicyGuard,
): ContractFunction {
  return define<QualityRecord>('quality', 'publishPair', guard, {
    input: qualityRecordSchema,
    run: async (tx, record) => {
      const terms = await agreementOf(tx, record.agreementHash);
      if (tx.caller.company !== terms.agreement.keyHolder) {
        throw new ContractError('not-allowed', "a pair is published by its agreement's key holder");
      }
      if (await alreadyRecorded(tx, ['pair', record.pairId], record, 'pair-exists')) return {};
      if (terms.status !== 'accepted')
        throw new ContractError('agreement-not-active', `it is ${terms.status}`);
      requireUnexpired(tx, terms);
      if (await read(tx, ['key', record.keyId])) {
        throw new ContractError('key-used', 'this key has encrypted another pair');
      }
      if (record.profile !== terms.agreement.profile) {
        throw new ContractError('bad-record', `the agreement's profile is ${terms.agreement.profile}`);
      }
      if (record.sequence.y !== record.sequence.x + 1 || record.takenAt.y <= record.takenAt.x) {
        throw new ContractError('bad-record', 'a pair is two consecutive readings, the later one second');
      }
      if (record.supersedes !== null)
        await requireCorrects(tx, record, record.supersedes, terms.agreement.id);
      openQualityRecord(schemeOf(record.profile), record, terms.agreement.bits);
      write(tx, ['pair', record.pairId], record);
      write(tx, ['key', record.keyId], { pairId: record.pairId });
      emit(tx, 'PairPublished', { pairId: record.pairId, agreementHash: record.agreementHash });
      return {};
    },
  });
}

/** A correction concerns the same two readings of the same agreement; nothing is corrected in place. */
async function requireCorrects(
  tx: LedgerTransaction,
  record: QualityRecord,
  supersedes: string,
  agreementId: string,
): Promise<void> {
  const wrong = await pairOf(tx, supersedes);
  const { agreement } = await agreementOf(tx, wrong.agreementHash);
  if (
    agreement.id !== agreementId ||
    wrong.sequence.x !== record.sequence.x ||
    wrong.sequence.y !== record.sequence.y
  ) {
    throw new ContractError('bad-record', 'a correction is about the same readings under the same agreement');
  }
}
