import { LedgerEvents, LOG, Metrics, type Log } from '@tacit/company';
import type { Verdict } from '@tacit/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { AnswerEntity } from '../entities/answer.entity';

/** What the companies that asked have recorded of the answers' proofs. */
@Injectable()
export class Verdicts {
  constructor(events: LedgerEvents, metrics: Metrics, @Inject(LOG) log: Log) {
    const disputes = new Counter({
      name: 'tacit_disputed_answers_total',
      help: 'Answers whose proof the asking company has refused; anything but 0 needs somebody to look',
      registers: [metrics.registry],
    });
    events.on('quality', 'AnswerConcluded', async (em, { payload }) => {
      const { requestId, verdict } = payload as { requestId: string; verdict: Verdict };
      const { affected } = await em.update(AnswerEntity, { requestId }, { verdict });
      if (affected === 0 || verdict === 'verified') return;
      disputes.inc();
      log.error({ requestId }, 'the company that asked disputes the proof of an answer');
    });
  }
}
