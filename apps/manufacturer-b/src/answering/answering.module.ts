import { Module } from '@nestjs/common';
import { DisclosureModule } from '../disclosure/disclosure.module';
import { PublishingModule } from '../publishing/publishing.module';
import { Answerer } from './answerer';
import { AnswerProofs } from './answer-proofs';
import { CrossCheck } from './cross-check';
import { GivenAnswers } from './given-answers';
import { QuestionChecks } from './question-checks';
import { Refusals } from './refusals';
import { RequestReceiver } from './request-receiver';
import { RequestsController } from './requests.controller';
import { AnsweringThreads } from './threads';
import { Verdicts } from './verdicts';

@Module({
  imports: [DisclosureModule, PublishingModule],
  controllers: [RequestsController],
  providers: [
    Answerer,
    AnswerProofs,
    AnsweringThreads,
    CrossCheck,
    GivenAnswers,
    QuestionChecks,
    Refusals,
    RequestReceiver,
    Verdicts,
  ],
})
export class AnsweringModule {}
