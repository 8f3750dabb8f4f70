import { Inject, Injectable } from '@nestjs/common';
import { LOG, Metrics, type Log } from '@tacit/company';
import { Counter } from 'prom-client';

/**
 * What a person should look at: honest partners with sound systems do none of it. No alarm changes what this company
 * believes. `altered-record`: the ledger holds another record than was checked. `conflicting-answer`: the message and
 * the ledger say different things. `verdict-refused`: the ledger does not take this company's verdict on an answer.
 * `stray-message`: a reply to nothing that is open, or one that cannot be read.
 */
export type AlarmReason =
  | 'bad-record'
  | 'altered-record'
  | 'weak-key'
  | 'unproven-key'
  | 'wrong-delivery'
  | 'bad-answer'
  | 'bad-proof'
  | 'verdict-refused'
  | 'conflicting-answer'
  | 'wrong-lot'
  | 'stray-message';

@Injectable()
export class Alarms {
  readonly #raised: Counter<'reason'>;

  constructor(
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.#raised = new Counter({
      name: 'tacit_alarms_total',
      help: 'What a person should look at, by reason',
      labelNames: ['reason'],
      registers: [metrics.registry],
    });
  }

  /** @param details identifiers only */
  raise(reason: AlarmReason, details: Readonly<Record<string, string | null>>): void {
    this.#raised.inc({ reason });
    this.log.error({ alarm: reason, ...details }, 'alarm: a person should look at this');
  }
}
