import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '@tacit/company';
import { PriceView } from '../customers/price.dto';

export class CatalogueQuery extends PageQuery {}

export class BuyerView {
  @ApiProperty({ description: 'MSP ID', example: 'ManufacturerA' })
  company: string;

  @ApiProperty({ description: 'null until a price is set for this buyer', nullable: true, type: PriceView })
  price: PriceView | null;
}

export class CatalogueView {
  @ApiProperty({ example: 'q83vEjRWeJCrze8SNFZ4kA' })
  pairId: string;

  @ApiProperty({ description: 'MSP ID of the company that published the pair', example: 'ManufacturerB' })
  keyHolder: string;

  @ApiProperty({ example: 'paillier-3072' })
  profile: string;

  @ApiProperty({ description: 'k, the number of ciphertexts', example: 32 })
  bits: number;

  @ApiProperty({ example: '2026-01-31T00:00:00.000Z' })
  listedAt: string;

  @ApiProperty({ description: 'Whom the key holder lets buy it', type: [BuyerView] })
  buyers: BuyerView[];
}
