import { ApiProperty } from '@nestjs/swagger';
import { DIRECTIONS, type Direction } from '@tacit/comparison';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsString, MaxLength } from 'class-validator';
import { EncodingTerms } from './agreement.dto';

export class PreviewBody extends EncodingTerms {
  @ApiProperty({
    description: 'Readings in the order of their times, decimals as text; nothing of this is stored',
    example: ['0.45', '0.41', '0.76', '1.32'],
    type: [String],
    minItems: 2,
    maxItems: 100,
  })
  @IsArray()
  @ArrayMinSize(2)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  readings: string[];
}

export class RangeView {
  @ApiProperty({ example: '0.04' })
  min: string;

  @ApiProperty({ example: '0.07' })
  max: string;

  @ApiProperty({ example: 'g/cm²' })
  unit: string;
}

export class PreviewOutcomeView {
  @ApiProperty({ description: 'Number of the earlier reading, from 1', example: 1 })
  from: number;

  @ApiProperty({ example: 2 })
  to: number;

  @ApiProperty({ enum: DIRECTIONS, example: 'fall' })
  direction: Direction;

  @ApiProperty({
    description: 'First differing bit; null when nothing changed',
    example: 2,
    nullable: true,
    type: Number,
  })
  index: number | null;

  @ApiProperty({ type: RangeView })
  range: RangeView;
}

export class PreviewCostView {
  @ApiProperty({ description: 'Answers that these outcomes would take from the budget', example: 3 })
  answers: number;

  @ApiProperty({
    description: 'Seconds of one core to publish these pairs, by profile',
    example: { 'paillier-3072': 2.9, 'paillier-6144': 23.1 },
    type: 'object',
    additionalProperties: { type: 'number' },
  })
  coreSeconds: Record<string, number>;
}

export class PreviewView {
  @ApiProperty({ type: [PreviewOutcomeView] })
  outcomes: readonly PreviewOutcomeView[];

  @ApiProperty({ description: 'What the asking company would learn, in words', type: [String] })
  notes: readonly string[];

  @ApiProperty({ type: PreviewCostView })
  cost: PreviewCostView;
}
