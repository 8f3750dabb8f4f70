import { Module } from '@nestjs/common';
import { DisclosureModule } from '../disclosure/disclosure.module';
import { PublishingModule } from '../publishing/publishing.module';
import { ImportForecast } from './forecast';
import { ImportPairing } from './import-pairing';
import { ImportService } from './import.service';
import { PairRenewal } from './pair-renewal';
import { Pairing } from './pairing';
import { ReadingBatches } from './reading-batches';
import { ReadingStore } from './reading-store';
import { ReadingsController } from './readings.controller';
import { ReadingsService } from './readings.service';

@Module({
  imports: [PublishingModule, DisclosureModule],
  controllers: [ReadingsController],
  providers: [
    ReadingsService,
    ImportService,
    ReadingBatches,
    ImportPairing,
    ImportForecast,
    Pairing,
    PairRenewal,
    ReadingStore,
  ],
})
export class ReadingsModule {}
