import type { AgreementUse } from '../disclosure/agreement-budget';
import type { AgreementEntity } from '../entities/agreement.entity';
import type { AgreementState, AgreementView } from './agreement.dto';

/** An open or accepted agreement ends by the clock; nobody records that. */
export function stateOf({ status, terms }: AgreementEntity, now: number): AgreementState {
  const open = status === 'proposed' || status === 'accepted';
  return open && terms.expiresAt <= now ? 'expired' : status;
}

export function viewAgreement(
  entity: AgreementEntity,
  use: AgreementUse | undefined,
  now: number,
): AgreementView {
  const { terms } = entity;
  return {
    ...terms,
    agreementHash: entity.agreementHash,
    status: stateOf(entity, now),
    paused: entity.paused,
    pausedOnLedger: entity.pausedOnLedger,
    reason: entity.reason,
    answersUsed: use?.answersUsed ?? 0,
    answersLeft: use?.answersLeft ?? terms.answerBudget,
    expiresAt: isoTime(terms.expiresAt),
    proposedAt: isoTime(entity.createdAt),
    recordedAt: entity.recordedAt === null ? null : isoTime(entity.recordedAt),
    decidedAt: entity.decidedAt === null ? null : isoTime(entity.decidedAt),
  };
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
