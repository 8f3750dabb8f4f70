import { ApiProperty } from '@nestjs/swagger';
import { MEASURES, type Measure } from '@tacit/comparison';
import type { AgreementEntity } from '../entities/agreement.entity';
import { IsLabel } from '../labels';
import { formatUtcTime, IsRandomId } from '../utc-time';

export class AgreementParam {
  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAA', description: '`id` of the agreement' })
  @IsRandomId()
  id: string;
}

export class DeclineBody {
  @ApiProperty({ example: 'The budget is too small for a year.', maxLength: 500 })
  @IsLabel(500)
  reason: string;
}

const SHOWN_STATES = ['proposed', 'accepted', 'declined', 'superseded', 'expired'] as const;

/** One version of an agreement. */
export class AgreementView {
  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAA', description: 'the same for all versions' })
  id: string;

  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })
  agreementHash: string;

  @ApiProperty({ type: String, nullable: true, description: 'agreementHash of the version that it replaces' })
  supersedes: string | null;

  @ApiProperty({ enum: SHOWN_STATES })
  status: (typeof SHOWN_STATES)[number];

  @ApiProperty({ description: 'the owner of the readings answers nothing for now' })
  paused: boolean;

  @ApiProperty({ example: 'ManufacturerB', description: 'the owner of the readings' })
  keyHolder: string;

  @ApiProperty({ example: 'ServicerS' })
  servicer: string;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ example: 'g/cm²' })
  unit: string;

  @ApiProperty({ example: 2, description: 'fractional digits of a reading' })
  scale: number;

  @ApiProperty({ example: '0' })
  offset: string;

  @ApiProperty({ example: 32 })
  bits: number;

  @ApiProperty({ example: 'paillier-3072' })
  profile: string;

  @ApiProperty({ enum: MEASURES })
  measure: Measure;

  @ApiProperty({ example: 12, description: 'most answers under all versions together' })
  answerBudget: number;

  @ApiProperty({ example: '2027-01-31T00:00:00.000Z' })
  expiresAt: string;

  @ApiProperty({ type: String, nullable: true, description: 'why this company declined' })
  reason: string | null;

  @ApiProperty({
    enum: ['accept', 'decline'],
    nullable: true,
    description: 'a decision on its way to the ledger',
  })
  decision: 'accept' | 'decline' | null;

  @ApiProperty({ type: String, nullable: true, description: 'why the contract did not take the decision' })
  decisionRefused: string | null;
}

/** @param now milliseconds UTC */
export function showAgreement(agreement: AgreementEntity, now: number): AgreementView {
  const { terms, status } = agreement;
  const open = status === 'proposed' || status === 'accepted';
  return {
    id: agreement.agreementId,
    version: agreement.version,
    agreementHash: agreement.agreementHash,
    supersedes: terms.supersedes,
    status: open && terms.expiresAt <= now ? 'expired' : status,
    paused: agreement.paused,
    keyHolder: terms.keyHolder,
    servicer: terms.servicer,
    quantity: terms.quantity,
    unit: terms.unit,
    scale: terms.scale,
    offset: terms.offset,
    bits: terms.bits,
    profile: terms.profile,
    measure: terms.measure,
    answerBudget: terms.answerBudget,
    expiresAt: formatUtcTime(terms.expiresAt),
    reason: agreement.reason,
    decision: agreement.decision,
    decisionRefused: agreement.decisionRefused,
  };
}
