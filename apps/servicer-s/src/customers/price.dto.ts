import { IsOmittable } from '@tacit/company';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Matches, Max, Min } from 'class-validator';

export class PriceView {
  @ApiProperty({ description: 'in the smallest unit of the currency: 250 is 2.50 EUR', example: 250 })
  minorUnits: number;

  @ApiProperty({ description: 'ISO 4217', example: 'EUR' })
  currency: string;
}

export class SetPriceBody {
  @ApiPropertyOptional({
    description: 'MSP ID; without it the price holds for every customer that has none of its own',
    example: 'ManufacturerA',
  })
  @IsOmittable()
  @Matches(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/, { message: 'customer must be an MSP ID such as ManufacturerA' })
  customer?: string;

  @ApiProperty({ example: 250, minimum: 0, maximum: 1_000_000_000 })
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  minorUnits: number;

  @ApiProperty({ example: 'EUR' })
  @Matches(/^[A-Z]{3}$/, { message: 'currency must be an ISO 4217 code such as EUR' })
  currency: string;
}

export class PriceEntryView extends PriceView {
  @ApiProperty({ description: 'MSP ID, or null for every other customer', nullable: true, type: String })
  customer: string | null;

  @ApiProperty({ description: 'whether the customer’s channel has recorded it' })
  recorded: boolean;
}
