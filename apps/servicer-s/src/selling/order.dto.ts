import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOmittable, PageQuery } from '@tacit/company';
import type { OrderState } from '@tacit/contracts';
import { IsIn, IsISO8601, IsString, Matches, MaxLength, MinLength } from 'class-validator';
import { PriceView } from '../customers/price.dto';
import { ORDER_STATES } from './order-filter';

export class OrdersQuery extends PageQuery {
  @ApiPropertyOptional({ enum: ORDER_STATES })
  @IsOmittable()
  @IsIn(ORDER_STATES)
  state?: OrderState;

  @ApiPropertyOptional({ description: 'MSP ID', example: 'ManufacturerA' })
  @IsOmittable()
  @Matches(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/, { message: 'customer must be an MSP ID such as ManufacturerA' })
  customer?: string;

  @ApiPropertyOptional({
    description: 'only orders whose charge has, or has not, been paid',
    enum: ['true', 'false'],
  })
  @IsOmittable()
  @IsIn(['true', 'false'])
  paid?: 'true' | 'false';
}

export class PaymentBody {
  @ApiProperty({ example: '2026-02-15T00:00:00.000Z' })
  @IsISO8601({ strict: true })
  @MaxLength(40)
  paidAt: string;

  @ApiProperty({ description: 'the bank’s or the invoice’s reference', example: 'INV-2026-0042' })
  @IsString()
  @MinLength(1)
  @MaxLength(100)
  @Matches(/^[^\p{Cc}]+$/u, { message: 'reference must not hold control characters' })
  reference: string;
}

export class PaymentView {
  @ApiProperty({ example: '2026-02-15T00:00:00.000Z' })
  paidAt: string;

  @ApiProperty({ example: 'INV-2026-0042' })
  reference: string;
}

export class OrderView {
  @ApiProperty({ example: 'q83vEjRWeJCrze8SNFZ4kA' })
  orderId: string;

  @ApiProperty({ example: 'mFQm9rKq2dF1Yf0T6m8kqw' })
  pairId: string;

  @ApiProperty({ description: 'MSP ID', example: 'ManufacturerA' })
  customer: string;

  @ApiProperty({ enum: ORDER_STATES })
  state: OrderState;

  @ApiProperty({ type: PriceView })
  price: PriceView;

  @ApiProperty({ example: '2026-01-31T00:00:00.000Z' })
  orderedAt: string;

  @ApiProperty({
    description: 'a delivered, undisputed order is charged then',
    example: '2026-02-07T00:00:00.000Z',
  })
  deadline: string;

  @ApiProperty({ nullable: true, type: String })
  deliveredAt: string | null;

  @ApiProperty({ nullable: true, type: String })
  receivedAt: string | null;

  @ApiProperty({ description: 'why it ended, or why it is not delivered', nullable: true, type: String })
  reason: string | null;

  @ApiProperty({ nullable: true, type: PaymentView })
  payment: PaymentView | null;
}
