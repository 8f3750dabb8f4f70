import { IsOmittable } from '@tacit/company';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsISO8601, Matches, MaxLength } from 'class-validator';
import { OrderView } from '../selling/order.dto';

export class StatementQuery {
  @ApiPropertyOptional({ description: 'MSP ID; all customers without it', example: 'ManufacturerA' })
  @IsOmittable()
  @Matches(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/, { message: 'customer must be an MSP ID such as ManufacturerA' })
  customer?: string;

  @ApiPropertyOptional({ description: 'orders from this time on', example: '2026-01-01T00:00:00.000Z' })
  @IsOmittable()
  @IsISO8601({ strict: true })
  @MaxLength(40)
  from?: string;

  @ApiPropertyOptional({ description: 'orders before this time', example: '2027-01-01T00:00:00.000Z' })
  @IsOmittable()
  @IsISO8601({ strict: true })
  @MaxLength(40)
  to?: string;

  @ApiPropertyOptional({ enum: ['json', 'csv'], default: 'json' })
  @IsOmittable()
  @IsIn(['json', 'csv'])
  format?: 'json' | 'csv';
}

/** Amounts in minor units of one currency. */
export class TotalView {
  @ApiProperty({ example: 'EUR' })
  currency: string;

  @ApiProperty({
    description: 'delivered and received, or delivered and not disputed by the deadline',
    example: 750,
  })
  charged: number;

  @ApiProperty({ description: 'charged and not yet paid', example: 250 })
  unpaid: number;

  @ApiProperty({ description: 'given back after a refusal of the key holder', example: 0 })
  credited: number;

  @ApiProperty({ example: 0 })
  disputed: number;

  @ApiProperty({ description: 'ordered, and not delivered yet', example: 0 })
  undelivered: number;
}

export class StatementView {
  @ApiProperty({ type: [TotalView] })
  totals: TotalView[];

  @ApiProperty({ type: [OrderView], description: 'oldest first' })
  orders: OrderView[];
}
