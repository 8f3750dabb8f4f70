import { Database, JobQueue, LOG, Metrics, type Completion, type Log } from '@tacit/company';
import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { AnswerEntity } from '../entities/answer.entity';
import { KeyStock } from '../publishing/key-stock';
import { QuestionChecks } from './question-checks';

/** The job that checks an answer after it was given. */
export const CROSS_CHECK = 'answer.cross-check';

/**
 * Decrypts the ciphertext that an answer points to, which must hold zero. It runs when the answer has been given and
 * can only raise an alarm: a reply that depended on a decryption would make this company an oracle.
 */
@Injectable()
export class CrossCheck {
  readonly #alarms: Counter;

  constructor(
    queue: JobQueue,
    private readonly database: Database,
    private readonly stock: KeyStock,
    private readonly checks: QuestionChecks,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    queue.register<{ requestId: string }>(CROSS_CHECK, {
      handle: ({ payload: { requestId } }) => this.#check(requestId),
    });
    this.#alarms = new Counter({
      name: 'tacit_answer_alarms_total',
      help: 'Answers that the decrypted ciphertext does not bear out; anything but 0 needs somebody to look',
      registers: [metrics.registry],
    });
  }

  async #check(requestId: string): Promise<Completion> {
    const nothing: Completion = async () => {};
    const { answer, key } = await this.database.read(async (em) => {
      const given = await em.findOneByOrFail(AnswerEntity, { requestId });
      return { answer: given.answer, key: await this.stock.secretKey(em, given.pairId) };
    });
    const own = await this.checks.ownRecords(answer.pairId);
    if (key === null || own === null) return nothing;
    const { direction, index } = answer;
    const secretKey = this.stock.openSecretKey(key);
    if (!(await this.checks.marksZero({ own, finding: { direction, index }, secretKey }))) {
      this.#alarms.inc();
      this.log.error(
        { requestId, pairId: answer.pairId },
        'an answer disagrees with its decrypted ciphertext',
      );
    }
    return nothing;
  }
}
