import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

export class RegisterCustomerBody {
  @ApiProperty({ description: 'MSP ID of a partner with a sales channel', example: 'ManufacturerA' })
  @Matches(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/, { message: 'company must be an MSP ID such as ManufacturerA' })
  company: string;
}

export class CustomerView {
  @ApiProperty({ description: 'MSP ID', example: 'ManufacturerA' })
  company: string;

  @ApiProperty({
    description: 'whether the channel has recorded the credential’s hash, so that orders are taken',
  })
  recorded: boolean;

  @ApiProperty({ example: '2026-01-31T00:00:00.000Z' })
  registeredAt: string;
}

export class NewCustomerView extends CustomerView {
  @ApiProperty({
    description:
      'Hand it to the customer over a safe way. 256 random bits, shown this once and stored nowhere.',
    example: 'mFQm9rKq2dF1Yf0T6m8kq0yV1oJqJ3n0y0m0l0b3c3U',
  })
  credential: string;
}
