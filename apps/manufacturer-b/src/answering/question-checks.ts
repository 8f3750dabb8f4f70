import { setTimeout as sleep } from 'node:timers/promises';
import { Database, LEDGER, WaitingError } from '@tacit/company';
import type { QualityRecord, XorRecord } from '@tacit/comparison';
import type { RequestRecord } from '@tacit/contracts';
import { LedgerError, type Ledger, type LedgerCall } from '@tacit/ledger';
import type { AnswerRequest } from '@tacit/messaging';
import { Inject, Injectable } from '@nestjs/common';
import { AnswerEntity } from '../entities/answer.entity';
import { PairEntity } from '../entities/pair.entity';
import type { PairRecords } from '../publishing/pair-records';
import type { CrossCheckTask } from './answering.worker';
import { RequestRefused, type RefusalReason } from './refusal-reason';
import { AnsweringThreads } from './threads';

/**
 * A request may arrive before this company's view of the ledger shows it: how long to look again, from its arrival,
 * in milliseconds. Less than REFUSAL_DELAY, or a refusal for this cause would take longer than others.
 */
const VISIBILITY_PATIENCE = 600;
const LOOK_AGAIN = 100;

export interface Asked {
  /** MSP ID of the verified sender. */
  readonly from: string;
  readonly question: AnswerRequest;
  readonly receivedAt: number;
}

/** The checks of a request, one method each; `Answerer` runs them in the order of the protocol, section 4. */
@Injectable()
export class QuestionChecks {
  constructor(
    private readonly database: Database,
    private readonly threads: AnsweringThreads,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  /** The pair that is asked about. @throws RequestRefused unless the sender is the evaluator of its agreement */
  async askedPair({ from, question }: Asked): Promise<PairEntity> {
    const pair = await this.database.read((em) => em.findOneBy(PairEntity, { pairId: question.pairId }));
    if (!pair) throw new RequestRefused('unknown-pair');
    if (pair.evaluator !== from) throw new RequestRefused('not-the-evaluator');
    return pair;
  }

  /** The answer that was given to this request, if it was. @throws RequestRefused if it was another company's */
  async storedAnswer({ from, question }: Asked): Promise<AnswerEntity | null> {
    const { requestId } = question;
    const answer = await this.database.read((em) => em.findOneBy(AnswerEntity, { requestId }));
    if (answer && answer.evaluator !== from) throw new RequestRefused('request-of-another-company');
    return answer;
  }

  /** The request as the pair's channel has it. @throws RequestRefused unless it is there, by this company. */
  async recordedRequest(asked: Asked, channel: string, signal: AbortSignal): Promise<RequestRecord> {
    const { requestId } = asked.question;
    for (;;) {
      try {
        const call = { channel, name: 'getRequest', input: { requestId } };
        const record = (await this.#ask(call, 'request-not-on-ledger')) as RequestRecord;
        if (record.evaluator !== asked.from) throw new RequestRefused('request-of-another-company');
        return record;
      } catch (error) {
        const notThere = error instanceof RequestRefused && error.reason === 'request-not-on-ledger';
        if (!notThere || Date.now() + LOOK_AGAIN > asked.receivedAt + VISIBILITY_PATIENCE) throw error;
        await sleep(LOOK_AGAIN, undefined, { signal });
      }
    }
  }

  /** @throws RequestRefused unless it is open, unexpired on this company's clock, and about what the message says */
  requireOpen({ question }: Asked, { terms, status }: RequestRecord): void {
    if (terms.pairId !== question.pairId || terms.zHash !== question.zHash) {
      throw new RequestRefused('request-differs-from-ledger');
    }
    if (status !== 'requested') throw new RequestRefused('request-closed');
    if (terms.expiresAt <= Date.now()) throw new RequestRefused('request-expired');
  }

  /**
   * Computes z from this company's own publication and compares: the ledger's copies with its own, then what was
   * asked with z, all to the byte. @throws RequestRefused
   */
  async requireExpected({ question }: Asked, pair: PairEntity): Promise<void> {
    const { pairId, qualityChannel, xorChannel } = pair;
    const own = await this.ownRecords(pairId);
    if (!own || xorChannel === null) throw new RequestRefused('pair-not-published');
    const input = { pairId };
    const [quality, xor] = await Promise.all([
      this.#ask({ channel: qualityChannel, name: 'getPair', input }, 'pair-not-on-ledger'),
      this.#ask({ channel: xorChannel, name: 'getXor', input }, 'pair-not-on-ledger'),
    ]);
    const ledger = { quality: quality as QualityRecord, xor: xor as XorRecord };
    const { zHash, rise } = question;
    const expected = await this.threads.run('isExpected', { own, ledger, question: { zHash, rise } });
    if (!expected) throw new RequestRefused('not-the-published-pair');
  }

  /** What this company stored when it published the pair, or null before. */
  async ownRecords(pairId: string): Promise<PairRecords | null> {
    const pair = await this.database.read((em) =>
      em.findOne(PairEntity, {
        where: { pairId },
        select: { pairId: true, qualityRecord: true, xorRecord: true },
      }),
    );
    if (!pair?.qualityRecord || !pair.xorRecord) return null;
    return { quality: pair.qualityRecord, xor: pair.xorRecord };
  }

  /** Does the finding fit the ciphertext that it points to? Decrypts one ciphertext of this company's own. */
  marksZero(task: CrossCheckTask): Promise<boolean> {
    return this.threads.run('marksZero', task);
  }

  async #ask(call: LedgerCall, refusal: RefusalReason): Promise<unknown> {
    try {
      return await this.ledger.evaluate(call);
    } catch (cause) {
      if (!(cause instanceof LedgerError)) throw cause;
      if (cause.code === 'refused') throw new RequestRefused(refusal);
      if (cause.transient) throw new WaitingError(`ledger channel ${call.channel}`, cause.message, { cause });
      throw cause;
    }
  }
}
