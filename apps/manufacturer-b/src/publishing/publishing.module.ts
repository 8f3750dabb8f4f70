import { Module } from '@nestjs/common';
import { KeyPool } from './key-pool';
import { KeyStock } from './key-stock';
import { PairEncryption } from './pair-encryption';
import { PairPublisher } from './pair-publisher';
import { PairsController } from './pairs.controller';
import { PoolController } from './pool.controller';
import { Publication } from './publication';
import { SecretExpiry } from './secret-expiry';

@Module({
  controllers: [PairsController, PoolController],
  providers: [KeyPool, KeyStock, PairEncryption, PairPublisher, Publication, SecretExpiry],
  exports: [KeyStock, PairPublisher],
})
export class PublishingModule {}
