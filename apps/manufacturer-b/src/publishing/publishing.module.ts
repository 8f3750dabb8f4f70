import { Module } from '@nestjs/common';
import { KeyPool } from './key-pool';
import { KeyStock } from './key-stock';
import { PairEncryption } from './pair-encryption';
import { PairPublisher } from './pair-publisher';
import { PairsController } from './pairs.controller';
import { PoolController } from './pool.controller';
import { Publication } from './publication';
import { SecretExpiry } from './secret-expiry';
import { EncryptionThreads, KeyMakingThreads } from './threads';

@Module({
  controllers: [PairsController, PoolController],
  providers: [
    EncryptionThreads,
    KeyMakingThreads,
    KeyPool,
    KeyStock,
    PairEncryption,
    PairPublisher,
    Publication,
    SecretExpiry,
  ],
  exports: [KeyStock, PairPublisher],
})
export class PublishingModule {}
