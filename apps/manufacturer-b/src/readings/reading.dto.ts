import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOmittable, PageQuery } from '@tacit/company';
import { IsIn, IsString, MaxLength, MinLength } from 'class-validator';
import { LONGEST_FIELD } from './reading-fields';

/** Longer than any decimal that is accepted, so that the answer can say what is wrong with it. */
const LONGEST_TEXT = 100;

export class ReadingBody {
  @ApiProperty({ description: 'What was measured', example: 'moisture', maxLength: LONGEST_FIELD })
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_FIELD)
  quantity: string;

  @ApiProperty({
    description: 'A decimal as text, with at most the digits that were agreed',
    example: '0.45',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_TEXT)
  value: string;

  @ApiProperty({
    description: 'UTC, later than the last of this quantity',
    example: '2026-01-31T00:00:00.000Z',
  })
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_TEXT)
  takenAt: string;

  @ApiProperty({
    description: 'Label of the lot; channels see a salted hash of it',
    example: 'LOT-1',
    maxLength: LONGEST_FIELD,
  })
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_FIELD)
  lot: string;
}

export class CorrectionBody {
  @ApiProperty({ description: 'What the reading should have been', example: '0.46' })
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_TEXT)
  value: string;
}

export class ReadingsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Of this quantity only', example: 'moisture' })
  @IsOmittable()
  @IsString()
  @MinLength(1)
  @MaxLength(LONGEST_FIELD)
  quantity?: string;
}

export class ImportQuery {
  @ApiPropertyOptional({
    description: 'true to check and forecast only',
    enum: ['true', 'false'],
    example: 'true',
  })
  @IsOmittable()
  @IsIn(['true', 'false'])
  dryRun: 'true' | 'false' = 'false';
}

export class ReadingView {
  @ApiProperty({ description: 'Place in the sequence of the quantity, from 1', example: 1 })
  sequence: number;

  @ApiProperty({ description: '1 as recorded, one more with every correction', example: 1 })
  revision: number;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ example: '0.45' })
  value: string;

  @ApiProperty({ example: '2026-01-31T00:00:00.000Z' })
  takenAt: string;

  @ApiProperty({ example: 'LOT-1' })
  lot: string;

  @ApiProperty({ description: 'What channels see of the lot' })
  lotRef: string;

  @ApiProperty({ example: '2026-01-31T00:00:01.000Z' })
  recordedAt: string;
}

export class RecordedReadingView extends ReadingView {
  @ApiProperty({ description: 'Ids of the pairs that will be published because of it', type: [String] })
  pairs: readonly string[];
}

export class PriceView {
  @ApiProperty({ example: 1200 })
  minorUnits: number;

  @ApiProperty({ example: 'EUR' })
  currency: string;
}

export class AgreementForecastView {
  @ApiProperty({ example: 'q83vEjRWeJCrze8SNFZ4kA' })
  agreementId: string;

  @ApiProperty({ example: 'ManufacturerA' })
  evaluator: string;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ example: 'paillier-3072' })
  profile: string;

  @ApiProperty({ description: 'Pairs to publish under this agreement', example: 3 })
  pairs: number;

  @ApiProperty({ description: 'Seconds of one core that they take', example: 2.9 })
  coreSeconds: number;

  @ApiProperty({ description: 'Answers that the agreement’s budget still allows', example: 24 })
  answersLeft: number;
}

export class ForecastView {
  @ApiProperty({ description: 'Pairs to publish', example: 3 })
  pairs: number;

  @ApiProperty({ description: 'Seconds of one core to publish them', example: 2.9 })
  coreSeconds: number;

  @ApiProperty({
    description: 'Answers that all budgets together still allow about these quantities',
    example: 24,
  })
  answersLeft: number;

  @ApiProperty({
    description:
      'What the servicer charges for all pairs; null, because its prices are not this company’s to see',
    type: PriceView,
    nullable: true,
  })
  price: PriceView | null;

  @ApiProperty({ type: [AgreementForecastView] })
  agreements: readonly AgreementForecastView[];
}

export class ImportView {
  @ApiProperty({ description: 'Good rows', example: 4 })
  rows: number;

  @ApiProperty({ description: 'Pairs to publish', example: 3 })
  pairs: number;

  @ApiProperty({ description: 'Whether the readings were stored', example: false })
  stored: boolean;

  @ApiProperty({ type: ForecastView })
  forecast: ForecastView;
}

/** For the documentation only: rows are checked one by one, so that every bad one can be named. */
export class ImportBody {
  @ApiProperty({
    type: [ReadingBody],
    maxItems: 100_000,
    example: [
      { quantity: 'moisture', value: '0.45', takenAt: '2026-01-31T00:00:00.000Z', lot: 'LOT-1' },
      { quantity: 'moisture', value: '0.41', takenAt: '2026-02-28T00:00:00.000Z', lot: 'LOT-2' },
    ],
  })
  readings: readonly ReadingBody[];
}
