import { ApiProperty } from '@nestjs/swagger';

export class KeyInMakingView {
  @ApiProperty({
    description: 'Nonce factors that are done; the key itself comes before the first',
    example: 64,
  })
  factorsDone: number;

  @ApiProperty({ example: 96 })
  factorCount: number;

  @ApiProperty({ example: '2026-02-28T12:00:00.000Z' })
  begunAt: string;
}

export class KeyStockView {
  @ApiProperty({ example: 'paillier-6144' })
  profile: string;

  @ApiProperty({ description: 'k: a key has 3k nonce factors', example: 32 })
  bits: number;

  @ApiProperty({ description: 'Pairs that wait for such a key', example: 0 })
  waiting: number;

  @ApiProperty({ description: 'Keys that no pair has been given yet', example: 2 })
  stocked: number;

  @ApiProperty({ description: 'Keys that have been given to a pair, over all time', example: 6 })
  used: number;

  @ApiProperty({ description: 'Keys whose secrets no longer exist, over all time', example: 0 })
  destroyed: number;

  @ApiProperty({ type: [KeyInMakingView] })
  making: readonly KeyInMakingView[];
}

export class PoolView {
  @ApiProperty({ description: 'Keys held ready for every kind that an agreement in force uses', example: 2 })
  target: number;

  @ApiProperty({ enum: ['uniform', 'short-exponent'], example: 'uniform' })
  method: string;

  @ApiProperty({ description: 'One entry for each kind of key', type: [KeyStockView] })
  items: readonly KeyStockView[];
}
