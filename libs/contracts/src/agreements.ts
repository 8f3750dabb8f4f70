import { agreementHash, agreementSchema, fields, parseAgreement, type Agreement } from '@tacit/comparison';
import type { AdditiveScheme } from '@tacit/core';
import { z } from 'zod';
import type { ContractFunction } from './contract';
import { define } from './define';
import { ContractError } from './errors';
import type { PolicyGuard } from './policy';
import { emit, read, require, sameRecord, write } from './records';
import type { LedgerTransaction } from './transaction';

/** An agreement on the channel. Expiry is derived from its terms when it is read. */
export interface AgreementRecord {
  readonly agreement: Agreement;
  readonly agreementHash: string;
  readonly status: 'proposed' | 'accepted' | 'declined' | 'superseded';
  readonly paused: boolean;
  /** Why the evaluator declined. */
  readonly reason: string | null;
}

/** The latest proposed and the accepted version of one agreement. */
interface AgreementHead {
  readonly version: number;
  readonly agreementHash: string;
  readonly accepted: string | null;
}

const byHash = z.strictObject({ agreementHash: fields.hash });
const withReason = byHash.extend({ reason: z.string().min(1).max(500) });

/** @throws ContractError `unknown-agreement` */
export function agreementOf(tx: LedgerTransaction, hash: string): Promise<AgreementRecord> {
  return require<AgreementRecord>(tx, ['agreement', hash], 'unknown-agreement');
}

/**
 * The accepted version that governs an agreement now: its budget and its pause hold for the pairs of all versions.
 * @throws ContractError `agreement-not-active` before the first acceptance.
 */
export async function governing(tx: LedgerTransaction, agreementId: string): Promise<AgreementRecord> {
  const head = await read<AgreementHead>(tx, ['agreement-head', agreementId]);
  if (!head?.accepted) throw new ContractError('agreement-not-active', 'the agreement has not been accepted');
  return agreementOf(tx, head.accepted);
}

/** @throws ContractError `agreement-expired` by the transaction's time. */
export function requireUnexpired(tx: LedgerTransaction, { agreement }: AgreementRecord): void {
  if (agreement.expiresAt <= tx.timestamp)
    throw new ContractError('agreement-expired', 'the agreement has expired');
}

export function agreementTransactions(
  schemeOf: (profile: string) => AdditiveScheme,
  guard: PolicyGuard,
): Record<string, ContractFunction> {
  const setPaused = (name: string, paused: boolean): ContractFunction =>
    define('quality', name, guard, {
      input: byHash,
      run: async (tx, { agreementHash: hash }) => {
        const record = await agreementOf(tx, hash);
        if (tx.caller.company !== record.agreement.keyHolder) {
          throw new ContractError('not-allowed', 'the key holder pauses and resumes');
        }
        if (record.status !== 'accepted')
          throw new ContractError('agreement-not-active', `it is ${record.status}`);
        if (record.paused === paused) return {};
        write(tx, ['agreement', hash], { ...record, paused });
        emit(tx, 'AgreementPaused', { agreementHash: hash, paused });
        return {};
      },
    });

  return {
    /** The key holder proposes a first version, or the next one. */
    proposeAgreement: define<Agreement>('quality', 'proposeAgreement', guard, {
      input: agreementSchema,
      exposure: ({ evaluator }) => ({ recipient: evaluator }),
      run: async (tx, input) => {
        const agreement = parseAgreement(input);
        const hash = agreementHash(agreement);
        if (tx.caller.company !== agreement.keyHolder) {
          throw new ContractError('not-allowed', 'an agreement is proposed by its key holder');
        }
        schemeOf(agreement.profile);
        if (await read(tx, ['agreement', hash])) return { agreementHash: hash };
        const head = await read<AgreementHead>(tx, ['agreement-head', agreement.id]);
        if (
          agreement.version !== (head?.version ?? 0) + 1 ||
          agreement.supersedes !== (head?.accepted ?? null)
        ) {
          throw new ContractError(
            'stale-version',
            'it must follow the latest version and supersede the accepted one',
          );
        }
        if (head) {
          const { agreement: latest } = await agreementOf(tx, head.agreementHash);
          const parties = ({ keyHolder, evaluator, quantity }: Agreement): unknown => ({
            keyHolder,
            evaluator,
            quantity,
          });
          if (!sameRecord(parties(latest), parties(agreement))) {
            throw new ContractError(
              'agreement-exists',
              'a new version keeps key holder, evaluator and quantity',
            );
          }
        }
        const record: AgreementRecord = {
          agreement,
          agreementHash: hash,
          status: 'proposed',
          paused: false,
          reason: null,
        };
        requireUnexpired(tx, record);
        write(tx, ['agreement', hash], record);
        write(tx, ['agreement-head', agreement.id], {
          version: agreement.version,
          agreementHash: hash,
          accepted: head?.accepted ?? null,
        });
        emit(tx, 'AgreementProposed', { agreementHash: hash });
        return { agreementHash: hash };
      },
    }),

    acceptAgreement: define('quality', 'acceptAgreement', guard, {
      input: byHash,
      run: async (tx, { agreementHash: hash }) => {
        const record = await agreementOf(tx, hash);
        requireEvaluator(tx, record);
        if (record.status === 'accepted') return {};
        if (record.status !== 'proposed')
          throw new ContractError('agreement-not-active', `it is ${record.status}`);
        requireUnexpired(tx, record);
        const head = await require<AgreementHead>(tx, [
          'agreement-head',
          record.agreement.id,
        ], 'unknown-agreement');
        if (head.agreementHash !== hash)
          throw new ContractError('stale-version', 'a later version has been proposed');
        if (head.accepted) {
          write(tx, ['agreement', head.accepted], {
            ...(await agreementOf(tx, head.accepted)),
            status: 'superseded',
          });
        }
        write(tx, ['agreement', hash], { ...record, status: 'accepted' });
        write(tx, ['agreement-head', record.agreement.id], { ...head, accepted: hash });
        emit(tx, 'AgreementAccepted', { agreementHash: hash, supersedes: head.accepted });
        return {};
      },
    }),

    declineAgreement: define('quality', 'declineAgreement', guard, {
      input: withReason,
      run: async (tx, { agreementHash: hash, reason }) => {
        const record = await agreementOf(tx, hash);
        requireEvaluator(tx, record);
        if (record.status === 'declined') return {};
        if (record.status !== 'proposed')
          throw new ContractError('agreement-not-active', `it is ${record.status}`);
        write(tx, ['agreement', hash], { ...record, status: 'declined', reason });
        emit(tx, 'AgreementDeclined', { agreementHash: hash, reason });
        return {};
      },
    }),

    pauseAgreement: setPaused('pauseAgreement', true),
    resumeAgreement: setPaused('resumeAgreement', false),
  };
}

function requireEvaluator(tx: LedgerTransaction, { agreement }: AgreementRecord): void {
  if (tx.caller.company !== agreement.evaluator) {
    throw new ContractError('not-allowed', 'an agreement is accepted or declined by its evaluator');
  }
}
