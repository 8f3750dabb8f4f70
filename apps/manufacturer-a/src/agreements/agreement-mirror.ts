import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  JobQueue,
  LedgerEvents,
  PermanentError,
  type CompanyConfig,
  type Completion,
} from '@tacit/company';
import { agreementHash } from '@tacit/comparison';
import type { AgreementRecord } from '@tacit/contracts';
import type { LedgerEvent } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { LedgerReader } from '../ledger-reader';

interface ReadAgreement {
  readonly channel: string;
  readonly agreementHash: string;
  /** The event's time, milliseconds UTC. */
  readonly at: number;
}

const EVENTS = ['AgreementProposed', 'AgreementAccepted', 'AgreementDeclined', 'AgreementPaused'];

/** Keeps the agreements that concern this company as their channels show them: every event, one look. */
@Injectable()
export class AgreementMirror {
  constructor(
    events: LedgerEvents,
    private readonly queue: JobQueue,
    private readonly reader: LedgerReader,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
  ) {
    for (const name of EVENTS) {
      events.on('quality', name, (em, event) => this.#changed(em, event));
    }
    // One at a time: an earlier look never overwrites a later one.
    queue.register<ReadAgreement>('agreement.read', { handle: ({ payload }) => this.#read(payload) });
  }

  async #changed(em: EntityManager, event: LedgerEvent): Promise<void> {
    const payload = event.payload as { agreementHash: string; supersedes?: string | null };
    for (const hash of [payload.agreementHash, payload.supersedes]) {
      if (hash === null || hash === undefined) continue;
      const job: ReadAgreement = { channel: event.channel, agreementHash: hash, at: event.timestamp };
      await this.queue.add(em, 'agreement.read', `${hash}:${event.checkpoint}`, job);
    }
  }

  async #read({ channel, agreementHash: hash, at }: ReadAgreement): Promise<Completion> {
    const record = await this.reader.read<AgreementRecord>(channel, 'getAgreement', { agreementHash: hash });
    const { agreement: terms, status, paused, reason } = record;
    if (agreementHash(terms) !== hash) throw new PermanentError(`the agreement ${hash} is another one`);
    return async (em) => {
      if (terms.evaluator !== this.config.company) return;
      const seen = await em.findOneBy(AgreementEntity, { agreementHash: hash });
      await em.save(AgreementEntity, {
        agreementHash: hash,
        agreementId: terms.id,
        version: terms.version,
        terms,
        channel,
        status,
        paused,
        reason,
        decision: status === 'proposed' ? (seen?.decision ?? null) : null,
        decisionRefused: status === 'proposed' ? (seen?.decisionRefused ?? null) : null,
        proposedAt: seen?.proposedAt ?? at,
      });
    };
  }
}
