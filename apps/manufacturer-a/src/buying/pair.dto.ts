import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOmittable, PageQuery } from '@tacit/company';
import { MEASURES, type Measure } from '@tacit/comparison';
import {} from 'class-validator';
import { formatUtcTime, IsRandomId } from '../utc-time';
import type { Advice } from './advisor';
import { ANSWERABILITY_CODES, type AnswerabilityCode } from './answerability';

export class PairsQuery extends PageQuery {
  @ApiPropertyOptional({ description: '`id` of an agreement' })
  @IsOmittable()
  @IsRandomId()
  agreement?: string;
}

export class AmountView {
  @ApiProperty({ example: 250, description: 'in the smallest unit of the currency' })
  minorUnits: number;

  @ApiProperty({ example: 'EUR' })
  currency: string;
}

export class AnswerabilityView {
  @ApiProperty()
  likely: boolean;

  @ApiProperty({ enum: ANSWERABILITY_CODES })
  code: AnswerabilityCode;

  @ApiProperty({ example: 'The agreement is in force; 12 answers are left.' })
  reason: string;
}

class SequenceView {
  @ApiProperty({ example: 1 })
  x: number;

  @ApiProperty({ example: 2 })
  y: number;
}

class TimesView {
  @ApiProperty({ example: '2026-01-31T00:00:00.000Z' })
  x: string;

  @ApiProperty({ example: '2026-02-28T00:00:00.000Z' })
  y: string;
}

export class PairView {
  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAA' })
  pairId: string;

  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAA' })
  agreementId: string;

  @ApiProperty({ example: 'ManufacturerB' })
  keyHolder: string;

  @ApiProperty({ enum: MEASURES })
  measure: Measure;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ example: 'paillier-3072' })
  profile: string;

  @ApiProperty({ type: SequenceView })
  sequence: SequenceView;

  @ApiProperty({ type: TimesView })
  takenAt: TimesView;

  @ApiProperty({ type: AmountView, nullable: true, description: 'null while the servicer has set none' })
  price: AmountView | null;

  @ApiProperty({ type: AnswerabilityView })
  answerable: AnswerabilityView;

  @ApiProperty({ type: String, nullable: true })
  comparisonId: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'the pair that this one corrects' })
  supersedes: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'the pair that corrects this one' })
  supersededBy: string | null;
}

export function showPair({ pair, price, answerable, comparison }: Advice): PairView {
  return {
    pairId: pair.pairId,
    agreementId: pair.agreementId,
    keyHolder: pair.keyHolder,
    measure: pair.measure,
    quantity: pair.quantity,
    profile: pair.profile,
    sequence: { x: pair.sequenceX, y: pair.sequenceY },
    takenAt: { x: formatUtcTime(pair.takenAtX), y: formatUtcTime(pair.takenAtY) },
    price,
    answerable,
    comparisonId: comparison?.id ?? null,
    supersedes: pair.supersedes,
    supersededBy: pair.supersededBy,
  };
}
