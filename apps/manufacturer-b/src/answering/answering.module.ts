import { Module } from '@nestjs/common';
import { DisclosureModule } from '../disclosure/disclosure.module';
import { PublishingModule } from '../publishing/publishing.module';
import { Answerer } from './answerer';
import { CrossCheck } from './cross-check';
import { GivenAnswers } from './given-answers';
import { QuestionChecks } from './question-checks';
import { Refusals } from './refusals';
import { RequestReceiver } from './request-receiver';
import { RequestsController } from './requests.controller';
import { AnsweringThreads } from './threads';

@Module({
  imports: [DisclosureModule, PublishingModule],
  controllers: [RequestsController],
  providers: [
    Answerer,
    AnsweringThreads,
    CrossCheck,
    GivenAnswers,
    QuestionChecks,
    Refusals,
    RequestReceiver,
  ],
})
export class AnsweringModule {}
