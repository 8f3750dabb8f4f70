import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { BIT_LENGTHS, MEASURES, type Measure } from '@tacit/comparison';
import { IsOmittable, PageQuery } from '@tacit/company';
import { IsIn, IsInt, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';
import { PUBLISHED_PROFILES } from '../readings/publishing-cost';

const COMPANY = /^[A-Za-z][A-Za-z0-9.-]{0,63}$/;
const INTEGER = /^(0|-?[1-9][0-9]{0,19})$/;
const ID = /^[A-Za-z0-9_-]{21}[AQgw]$/;
/** No control characters, no halves of characters; neither end is a space. */
const NAME = /^(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s)$/u;

/** How values become integers, and what is compared. */
export class EncodingTerms {
  @ApiProperty({ description: 'Unit of the quantity', example: 'g/cm²', maxLength: 32 })
  @IsString()
  @MaxLength(32)
  @Matches(NAME, { message: 'unit must be text without control characters' })
  unit: string;

  @ApiProperty({
    description: 'Fractional digits: with 2, readings go in steps of 0.01',
    example: 2,
    minimum: 0,
    maximum: 18,
  })
  @IsInt()
  @Min(0)
  @Max(18)
  scale: number;

  @ApiPropertyOptional({
    description: 'Added after scaling so that negative readings fit: steps of 10^−scale, an integer as text',
    type: String,
    example: '0',
    default: '0',
  })
  @IsOmittable()
  @IsString()
  @MaxLength(21)
  @Matches(INTEGER, { message: 'offset must be an integer as text, such as 0 or 4000' })
  offset = '0';

  @ApiPropertyOptional({
    description: 'Bits of an encoded reading',
    enum: BIT_LENGTHS,
    example: 32,
    default: 32,
  })
  @IsOmittable()
  @IsIn(BIT_LENGTHS)
  bits: (typeof BIT_LENGTHS)[number] = 32;

  @ApiPropertyOptional({
    description:
      '`magnitude`: the answer is the size of the change. `bit`, as published: the first differing bit of the two readings, which also tells a value that lies between them',
    enum: MEASURES,
    example: 'magnitude',
    default: 'magnitude',
  })
  @IsOmittable()
  @IsIn(MEASURES)
  measure: Measure = 'magnitude';
}

export class ProposeAgreementBody extends EncodingTerms {
  @ApiProperty({
    description: 'The company that will ask; a partner with a quality channel',
    example: 'ManufacturerA',
  })
  @IsString()
  @MaxLength(64)
  @Matches(COMPANY, { message: 'evaluator must be the MSP ID of a company' })
  evaluator: string;

  @ApiProperty({
    description: 'The company that sells the XOR records; a partner with an xor channel',
    example: 'ServicerS',
  })
  @IsString()
  @MaxLength(64)
  @Matches(COMPANY, { message: 'servicer must be the MSP ID of a company' })
  servicer: string;

  @ApiProperty({ description: 'What is measured', example: 'moisture', maxLength: 64 })
  @IsString()
  @MaxLength(64)
  @Matches(NAME, { message: 'quantity must be a name without control characters' })
  quantity: string;

  @ApiPropertyOptional({
    description: 'Kind of key',
    type: String,
    enum: PUBLISHED_PROFILES,
    example: 'paillier-3072',
    default: 'paillier-3072',
  })
  @IsOmittable()
  @IsString()
  @MinLength(1)
  @MaxLength(32)
  profile = 'paillier-3072';

  @ApiProperty({
    description: 'Most answers that the evaluator ever gets, over all versions',
    example: 24,
    minimum: 1,
    maximum: 100_000,
  })
  @IsInt()
  @Min(1)
  @Max(100_000)
  answerBudget: number;

  @ApiProperty({
    description: 'End, UTC: nothing is published or answered after it',
    example: '2036-12-31T00:00:00.000Z',
  })
  @IsString()
  @MaxLength(24)
  expiresAt: string;

  @ApiPropertyOptional({
    description: 'Id of the agreement that this is the next version of; left out for a new one',
  })
  @IsOmittable()
  @IsString()
  @MaxLength(22)
  @Matches(ID, { message: 'supersedes must be the id of an agreement' })
  supersedes?: string;
}

export const AGREEMENT_STATES = [
  'proposed',
  'accepted',
  'declined',
  'superseded',
  'refused',
  'expired',
] as const;
export type AgreementState = (typeof AGREEMENT_STATES)[number];

export class AgreementsQuery extends PageQuery {
  @ApiPropertyOptional({ description: 'Of this quantity only', example: 'moisture' })
  @IsOmittable()
  @IsString()
  @MinLength(1)
  @MaxLength(64)
  quantity?: string;
}

export class AgreementView extends EncodingTerms {
  @ApiProperty({ description: 'The same for all versions', example: 'q83vEjRWeJCrze8SNFZ4kA' })
  id: string;

  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty({ description: 'Names this version by its content' })
  agreementHash: string;

  @ApiProperty({ description: 'Hash of the version that this one replaces', nullable: true, type: String })
  supersedes: string | null;

  @ApiProperty({ enum: AGREEMENT_STATES, example: 'proposed' })
  status: AgreementState;

  @ApiProperty({ description: 'Whether this company has stopped answering', example: false })
  paused: boolean;

  @ApiProperty({ description: 'Whether the channel has recorded the pause', example: false })
  pausedOnLedger: boolean;

  @ApiProperty({ description: 'Why it was declined or refused', nullable: true, type: String })
  reason: string | null;

  @ApiProperty({ example: 'ManufacturerB' })
  keyHolder: string;

  @ApiProperty({ example: 'ManufacturerA' })
  evaluator: string;

  @ApiProperty({ example: 'ServicerS' })
  servicer: string;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ example: 'paillier-3072' })
  profile: string;

  @ApiProperty({ example: 24 })
  answerBudget: number;

  @ApiProperty({ description: 'Answers given, over all versions', example: 0 })
  answersUsed: number;

  @ApiProperty({ description: 'Answers that the budget still allows', example: 24 })
  answersLeft: number;

  @ApiProperty({ example: '2036-12-31T00:00:00.000Z' })
  expiresAt: string;

  @ApiProperty({ example: '2026-01-01T00:00:00.000Z' })
  proposedAt: string;

  @ApiProperty({ description: 'When the channel recorded the proposal', nullable: true, type: String })
  recordedAt: string | null;

  @ApiProperty({ description: 'When the evaluator decided', nullable: true, type: String })
  decidedAt: string | null;
}

export class AgreementVersionView {
  @ApiProperty({ example: 1 })
  version: number;

  @ApiProperty()
  agreementHash: string;

  @ApiProperty({ enum: AGREEMENT_STATES, example: 'accepted' })
  status: AgreementState;
}

export class AgreementDetailView extends AgreementView {
  @ApiProperty({ description: 'Every version, the latest first', type: [AgreementVersionView] })
  versions: readonly AgreementVersionView[];
}
