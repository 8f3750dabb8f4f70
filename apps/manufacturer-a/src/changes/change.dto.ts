import { IsOmittable } from '@tacit/company';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DIRECTIONS, MEASURES, type Direction, type Measure } from '@tacit/comparison';
import { Matches } from 'class-validator';
import { RangeView, ReadingView } from '../comparing/comparison.dto';
import { COMPARISON_STATES, type ComparisonState } from '../comparing/comparison-state';
import { IsLabel } from '../labels';
import { SensorReadingView } from '../sensors/sensor.dto';

export class ChangesQuery {
  @ApiProperty({ example: 'moisture' })
  @IsLabel()
  quantity: string;

  @ApiPropertyOptional({ description: 'MSP ID; needed when several companies publish the quantity' })
  @IsOmittable()
  @Matches(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/, { message: 'keyHolder must be an MSP ID' })
  keyHolder?: string;
}

export class ChangeView {
  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAA' })
  comparisonId: string;

  @ApiProperty({ enum: MEASURES })
  measure: Measure;

  @ApiProperty({ type: ReadingView })
  from: ReadingView;

  @ApiProperty({ type: ReadingView })
  to: ReadingView;

  @ApiProperty({ enum: DIRECTIONS, nullable: true, description: 'null until it is answered' })
  direction: Direction | null;

  @ApiProperty({ type: Number, nullable: true, example: 5 })
  index: number | null;

  @ApiProperty({ type: RangeView, nullable: true })
  range: RangeView | null;

  @ApiProperty({ enum: COMPARISON_STATES })
  state: ComparisonState;

  @ApiProperty({ example: 'moisture rose by 0.32 to 0.63 g/cm², proof verified' })
  sentence: string;

  @ApiProperty({ type: String, nullable: true, description: 'a corrected pair counts for nothing' })
  supersededBy: string | null;
}

export class MonthView {
  @ApiProperty({ example: 3, description: 'calendar months in UTC since the first known reading, plus 1' })
  month: number;

  @ApiProperty({
    type: ReadingView,
    nullable: true,
    description: 'the reading that the month’s first change counts from; null when the month has none',
  })
  from: ReadingView | null;

  @ApiProperty({ type: [ChangeView] })
  comparisons: ChangeView[];

  @ApiProperty({ type: [SensorReadingView], description: 'this company’s own equipment in that month' })
  sensors: SensorReadingView[];

  @ApiProperty({ type: [String], example: ['LOT-3'], description: 'lots of the readings of that month' })
  lots: string[];
}

export class ChangesView {
  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ example: 'g/cm²' })
  unit: string;

  @ApiProperty({ example: 'ManufacturerB' })
  keyHolder: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '0.10',
    description: 'the smallest of the alert rules',
  })
  limit: string | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    example: 3,
    description:
      'first month whose change, under magnitude, is certainly at least the limit of an alert rule',
  })
  firstSignificantChange: number | null;

  @ApiProperty({ type: [MonthView] })
  months: MonthView[];
}
