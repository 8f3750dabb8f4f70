import { IsOmittable } from '@tacit/company';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Matches } from 'class-validator';
import { monthNumber } from '../changes/months';
import { POSITIVE_DECIMAL } from '../changes/decimal';
import { outcomeSentence } from '../changes/sentence';
import { ALERT_DIRECTIONS, type AlertDirection } from '../changes/significance';
import type { AlertRuleEntity } from '../entities/alert.entity';
import { IsLabel } from '../labels';
import { formatUtcTime } from '../utc-time';
import type { FiredAlert } from './alert-rules';

export class AlertBody {
  @ApiProperty({ example: 'moisture' })
  @IsLabel()
  quantity: string;

  @ApiProperty({ example: '0.10', description: 'in the quantity’s unit, above 0' })
  @IsString()
  @Matches(POSITIVE_DECIMAL, { message: 'limit must be a decimal such as 0.10' })
  @Matches(/[1-9]/, { message: 'limit must be above 0' })
  limit: string;

  @ApiPropertyOptional({ enum: ALERT_DIRECTIONS, default: 'any' })
  @IsOmittable()
  @IsIn(ALERT_DIRECTIONS)
  direction: AlertDirection = 'any';
}

export class FiredAlertView {
  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAA' })
  comparisonId: string;

  @ApiProperty({ example: 3, description: 'month number of the later reading' })
  month: number;

  @ApiProperty({ example: 'moisture rose by 0.32 to 0.63 g/cm², proof verified' })
  sentence: string;

  @ApiProperty({ example: '0.10', description: 'the limit when it fired' })
  limit: string;

  @ApiProperty({ example: '2026-04-01T08:00:00.000Z' })
  firedAt: string;
}

export class AlertRuleView {
  @ApiProperty({ example: 'AAAAAAAAAAAAAAAAAAAAAA' })
  id: string;

  @ApiProperty({ example: 'moisture' })
  quantity: string;

  @ApiProperty({ example: '0.10' })
  limit: string;

  @ApiProperty({ enum: ALERT_DIRECTIONS })
  direction: AlertDirection;

  @ApiProperty({ example: '2026-04-01T08:00:00.000Z' })
  createdAt: string;

  @ApiProperty({ type: [FiredAlertView], description: 'the newest hundred, newest first' })
  fired: FiredAlertView[];
}

/** @param firstOf time of the first reading of a pair's series, milliseconds UTC */
export function showRule(
  rule: AlertRuleEntity,
  fired: readonly FiredAlert[],
  firstOf: (pair: FiredAlert['pair']) => number,
): AlertRuleView {
  return {
    id: rule.id,
    quantity: rule.quantity,
    limit: rule.limit,
    direction: rule.direction,
    createdAt: formatUtcTime(rule.createdAt),
    fired: fired.map(({ alert, comparison, pair }) => ({
      comparisonId: comparison.id,
      month: monthNumber(pair.takenAtY, firstOf(pair)),
      sentence:
        comparison.outcome === null ? '' : outcomeSentence(pair.quantity, comparison.outcome, 'verified'),
      limit: alert.limit,
      firedAt: formatUtcTime(alert.firedAt),
    })),
  };
}
