import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DIRECTIONS, MEASURES, type Direction, type Measure } from '@tacit/comparison';
import { IsOmittable, PageQuery } from '@tacit/company';
import { VERDICTS, type Verdict } from '@tacit/contracts';
import { IsInt, IsString, Matches, Max, MaxLength, Min, MinLength, ValidateIf } from 'class-validator';

export class DisclosuresQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Of this quantity only', example: 'moisture' })
  @IsOmittable()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  quantity?: string;

  @ApiPropertyOptional({ description: 'Under this agreement only, all versions' })
  @IsOmittable()
  @IsString()
  @MaxLength(22)
  @Matches(/^[A-Za-z0-9_-]{22}$/, { message: 'agreement must be the id of an agreement' })
  agreement?: string;
}

export class DisclosedRangeView {
  @ApiProperty({ example: '0.32' })
  min: string;

  @ApiProperty({ example: '0.63' })
  max: string;

  @ApiProperty({ example: 'g/cm²' })
  unit: string;
}

export class SequencePairView {
  @ApiProperty({ example: 2 })
  x: number;

  @ApiProperty({ example: 3 })
  y: number;
}

export class TimePairView {
  @ApiProperty({ example: '2026-02-28T00:00:00.000Z' })
  x: string;

  @ApiProperty({ example: '2026-03-31T00:00:00.000Z' })
  y: string;
}

export class BudgetLeftView {
  @ApiProperty({
    description: 'Answers that the agreement still allows; 0 when no version is in force',
    example: 23,
  })
  agreement: number;

  @ApiProperty({
    description: 'Answers that the total of the quantity still allows; null without one',
    example: null,
    nullable: true,
    type: Number,
  })
  quantity: number | null;
}

export class DisclosureView {
  @ApiProperty()
  requestId: string;

  @ApiProperty({ description: 'Who was told', example: 'ManufacturerA' })
  to: string;

  @ApiProperty()
  agreementId: string;

  @ApiProperty()
  pairId: string;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ enum: MEASURES, example: 'magnitude' })
  measure: Measure;

  @ApiProperty({ type: SequencePairView })
  sequence: SequencePairView;

  @ApiProperty({ type: TimePairView })
  takenAt: TimePairView;

  @ApiProperty({ enum: DIRECTIONS, example: 'rise' })
  direction: Direction;

  @ApiProperty({ example: 5, nullable: true, type: Number })
  index: number | null;

  @ApiProperty({ type: DisclosedRangeView })
  range: DisclosedRangeView;

  @ApiProperty({ description: 'When the answer was given', example: '2026-04-30T00:00:10.000Z' })
  answeredAt: string;

  @ApiProperty({
    description: 'Whether the channel has recorded it; null while that is under way',
    example: true,
    nullable: true,
    type: Boolean,
  })
  recorded: boolean | null;

  @ApiProperty({
    description: 'What the company that asked has recorded of the answer’s proof; null until it has',
    enum: VERDICTS,
    nullable: true,
    example: 'verified',
  })
  verdict: Verdict | null;

  @ApiProperty({
    description: 'What the company learned, in words',
    type: [String],
    example: ['moisture rose by 0.32 to 0.63 g/cm² from reading 2 to reading 3'],
  })
  learned: readonly string[];

  @ApiProperty({ description: 'As of now', type: BudgetLeftView })
  budgetLeft: BudgetLeftView;
}

export class SetBudgetBody {
  @ApiProperty({
    description:
      'Answers about the quantity in all, over all companies, versions and time; null for no total of its own',
    example: 100,
    nullable: true,
    type: Number,
    minimum: 0,
    maximum: 1_000_000_000,
  })
  @ValidateIf((body: SetBudgetBody) => body.total !== null)
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  total: number | null;
}

export class AgreementBudgetView {
  @ApiProperty()
  agreementId: string;

  @ApiProperty({ example: 'ManufacturerA' })
  evaluator: string;

  @ApiProperty({ example: 24 })
  answerBudget: number;

  @ApiProperty({ example: 1 })
  used: number;

  @ApiProperty({ example: 23 })
  left: number;
}

export class BudgetView {
  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({
    description: 'null: limited by the agreements only',
    example: 100,
    nullable: true,
    type: Number,
  })
  total: number | null;

  @ApiProperty({ example: 1 })
  used: number;

  @ApiProperty({ description: 'null without a total', example: 99, nullable: true, type: Number })
  left: number | null;

  @ApiProperty({ description: 'The agreements in force', type: [AgreementBudgetView] })
  agreements: readonly AgreementBudgetView[];
}
