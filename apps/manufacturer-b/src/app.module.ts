import { Module } from '@nestjs/common';
import { AgreementsModule } from './agreements/agreements.module';
import { AnsweringModule } from './answering/answering.module';
import { DisclosureModule } from './disclosure/disclosure.module';
import { PublishingModule } from './publishing/publishing.module';
import { ReadingsModule } from './readings/readings.module';

@Module({
  imports: [AgreementsModule, ReadingsModule, PublishingModule, AnsweringModule, DisclosureModule],
})
export class AppModule {}
