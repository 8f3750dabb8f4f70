import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOmittable, PageQuery } from '@tacit/company';
import { IsString, Matches, MaxLength } from 'class-validator';
import type { PairEntity, PairState } from '../entities/pair.entity';

export class PairsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Of this agreement only, all versions' })
  @IsOmittable()
  @IsString()
  @MaxLength(22)
  @Matches(/^[A-Za-z0-9_-]{21}[AQgw]$/, { message: 'agreement must be the id of an agreement' })
  agreement?: string;
}

class SequenceView {
  @ApiProperty({ example: 2 })
  x: number;

  @ApiProperty({ example: 3 })
  y: number;
}

const PAIR_STATES: readonly PairState[] = ['queued', 'encrypted', 'half-published', 'published', 'failed'];

export class PairView {
  @ApiProperty({ example: 'pVIDvKDbcRD-2mMAOvxW1A' })
  pairId: string;

  @ApiProperty({ example: 'q83vEjRWeJCrze8SNFZ4kA' })
  agreementId: string;

  @ApiProperty({ description: 'The version of the agreement' })
  agreementHash: string;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ description: 'Who may ask about it', example: 'ManufacturerA' })
  evaluator: string;

  @ApiProperty({ example: 'paillier-3072' })
  profile: string;

  @ApiProperty({ description: 'Sequence numbers of the two readings', type: SequenceView })
  sequence: SequenceView;

  @ApiProperty({ description: 'The pair that this one corrects', nullable: true, type: String })
  supersedes: string | null;

  @ApiProperty({
    enum: PAIR_STATES,
    example: 'published',
    description:
      'queued: waits for a key; encrypted: on its way to both channels; half-published: one has it; failed: see reason',
  })
  state: PairState;

  @ApiProperty({ description: 'Why it failed', nullable: true, type: String })
  reason: string | null;

  @ApiProperty({ example: '2026-02-28T12:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ nullable: true, type: String, example: '2026-02-28T12:00:04.000Z' })
  publishedAt: string | null;
}

export function viewPair(pair: PairEntity): PairView {
  const { pairId, agreementId, agreementHash, quantity, evaluator, profile, supersedes, state, reason } =
    pair;
  return {
    pairId,
    agreementId,
    agreementHash,
    quantity,
    evaluator,
    profile,
    sequence: { x: pair.sequenceX, y: pair.sequenceY },
    supersedes,
    state,
    reason,
    createdAt: new Date(pair.createdAt).toISOString(),
    publishedAt: pair.publishedAt === null ? null : new Date(pair.publishedAt).toISOString(),
  };
}
