// Table 4 of the paper: the key holder answers one request.
import { randomBytes } from 'node:crypto';
import {
  AtRest,
  COMPANY_CONFIG,
  Database,
  JobQueue,
  WaitingError,
  type CompanyConfig,
  type Completion,
} from '@tacit/company';
import { comparedValues, encodeReading, findDifference, type Answer, type Finding } from '@tacit/comparison';
import { toBase64url } from '@tacit/core';
import type { ContentOf } from '@tacit/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { AgreementEntity } from '../entities/agreement.entity';
import type { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { RequestEntity } from '../entities/request.entity';
import { openReading } from '../readings/sealed-reading';
import type { Settings } from '../settings';
import { AnswerProofs } from './answer-proofs';
import { GivenAnswers } from './given-answers';
import { QuestionChecks, type Asked } from './question-checks';
import { RequestRefused } from './refusal-reason';
import { Refusals, type OpenRequest } from './refusals';
import { ANSWER_REQUEST, type RequestName } from './request-receiver';

/** Decides about requests, in the order of the protocol, section 4: the first check that fails ends it. */
@Injectable()
export class Answerer {
  constructor(
    queue: JobQueue,
    private readonly database: Database,
    private readonly checks: QuestionChecks,
    private readonly proofs: AnswerProofs,
    private readonly answers: GivenAnswers,
    private readonly refusals: Refusals,
    private readonly atRest: AtRest,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig<Settings>,
  ) {
    queue.register<RequestName>(ANSWER_REQUEST, {
      concurrency: 4,
      handle: ({ payload }, signal) => this.#decide(payload, signal),
      onDead: async (em, { payload }) => {
        const request = await em.findOneByOrFail(RequestEntity, { ...payload });
        await this.refusals.refuse(em, request, 'checks-failed', null);
      },
    });
  }

  async #decide(name: RequestName, signal: AbortSignal): Promise<Completion> {
    if (!this.config.settings.answering) {
      throw new WaitingError(this.config.company, 'answering is switched off in the settings');
    }
    const request = await this.#load(name);
    if (request?.question == null) return async () => {};
    const { question, from, receivedAt } = request;
    const asked: Asked = { from, question, receivedAt };
    let open: OpenRequest | null = null;
    try {
      const pair = await this.checks.askedPair(asked);
      const stored = await this.checks.storedAnswer(asked);
      if (stored) return (em) => this.answers.repeat(em, request, stored);

      const recorded = await this.checks.recordedRequest(asked, pair.qualityChannel, signal);
      if (recorded.status === 'requested')
        open = { channel: pair.qualityChannel, requestId: question.requestId };
      this.checks.requireOpen(asked, recorded);
      await this.checks.requireExpected(asked, pair);

      await this.database.read((em) => this.answers.requireAllowed(em, pair));
      const { claim, lots } = await this.#answerFor(asked, pair);
      const answer = await this.proofs.prove(from, claim);
      const sealed = await this.answers.seal(from, answer, lots);
      return async (em) => {
        try {
          await this.answers.give(em, request, pair, sealed);
        } catch (error) {
          if (!(error instanceof RequestRefused)) throw error;
          await this.refusals.refuse(em, request, error.reason, open);
        }
      };
    } catch (error) {
      if (!(error instanceof RequestRefused)) throw error;
      const { reason } = error;
      return (em) => this.refusals.refuse(em, request, reason, open);
    }
  }

  #load(name: RequestName): Promise<RequestEntity | null> {
    return this.database.read((em) =>
      em
        .createQueryBuilder(RequestEntity, 'request')
        .addSelect('request.question')
        .where({ ...name, state: 'received' })
        .getOne(),
    );
  }

  /** The answer is read off this company's own plaintext, in work that does not depend on it. */
  async #answerFor(
    { question }: Asked,
    pair: PairEntity,
  ): Promise<{ readonly claim: Omit<Answer, 'proof'>; readonly lots: ContentOf<'answer'>['lots'] }> {
    const { requestId, pairId, zHash } = question;
    const [agreement, x, y] = await this.database.read((em) =>
      Promise.all([
        em.findOneByOrFail(AgreementEntity, { agreementHash: pair.agreementHash }),
        em.findOneByOrFail(ReadingEntity, { id: pair.readingX }),
        em.findOneByOrFail(ReadingEntity, { id: pair.readingY }),
      ]),
    );
    const [earlier, later] = [openReading(this.atRest, x), openReading(this.atRest, y)];
    const { terms } = agreement;
    const values = comparedValues(
      terms.measure,
      encodeReading(earlier.value, terms),
      encodeReading(later.value, terms),
    );
    const finding: Finding = findDifference(values, terms.bits);
    return {
      claim: { requestId, pairId, zHash, ...finding, salt: toBase64url(randomBytes(16)) },
      lots: {
        x: { label: earlier.lot, salt: earlier.lotSalt },
        y: { label: later.lot, salt: later.lotSalt },
      },
    };
  }
}
