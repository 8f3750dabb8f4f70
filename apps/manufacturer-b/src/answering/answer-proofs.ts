import { Database } from '@tacit/company';
import type { Answer } from '@tacit/comparison';
import { Injectable } from '@nestjs/common';
import { KeyStock } from '../publishing/key-stock';
import { QuestionChecks } from './question-checks';
import { RequestRefused } from './refusal-reason';
import { AnsweringThreads } from './threads';

/** Proves answers from this company's own publication and the pair's secret key; nothing of the request goes in. */
@Injectable()
export class AnswerProofs {
  constructor(
    private readonly database: Database,
    private readonly stock: KeyStock,
    private readonly checks: QuestionChecks,
    private readonly threads: AnsweringThreads,
  ) {}

  /**
   * @param evaluator MSP ID of the company that asks
   * @throws RequestRefused once the pair's key is destroyed. An answer that cannot be proven is a fault of this
   *   company's: the job fails, and somebody has to look at its dead letter.
   */
  async prove(evaluator: string, claim: Omit<Answer, 'proof'>): Promise<Answer> {
    const { pairId } = claim;
    const own = await this.checks.ownRecords(pairId);
    const key = await this.database.read((em) => this.stock.secretKey(em, pairId));
    if (own === null || key === null) throw new RequestRefused('key-destroyed');
    const secretKey = this.stock.openSecretKey(key);
    return this.threads.run('prove', { own, evaluator, claim, secretKey });
  }
}
