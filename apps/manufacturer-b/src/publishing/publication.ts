import { JobQueue, Submissions } from '@tacit/company';
import type { QualityRecord } from '@tacit/comparison';
import { Injectable } from '@nestjs/common';
import type { LedgerCall, LedgerError } from '@tacit/ledger';
import { In, type EntityManager } from 'typeorm';
import { PairEntity, type PairState } from '../entities/pair.entity';
import type { PairRecords } from './pair-records';
import { addRenewal, REFUSED_AS_SUPERSEDED } from './renewal-job';

const UNFINISHED = In<PairState>(['encrypted', 'half-published']);
const UNPUBLISHED = In<PairState>(['queued', 'encrypted', 'half-published']);

/** Brings a pair's two records to their channels. Both land, or the pair shows as half-published and is retried. */
@Injectable()
export class Publication {
  constructor(
    private readonly queue: JobQueue,
    private readonly submissions: Submissions,
  ) {
    submissions.on('publishPair', {
      submitted: (em, call) => this.#landed(em, call, { onQuality: true }),
      refused: (em, call, error) => this.#refused(em, call, error),
    });
    submissions.on('publishXor', {
      submitted: (em, call) => this.#landed(em, call, { onXor: true }),
      refused: (em, call, error) => this.#refused(em, call, error),
    });
  }

  /** Stores the records, which this company trusts from now on, and adds the two submissions. */
  async store(
    em: EntityManager,
    { pairId, qualityChannel, supersedes }: PairEntity,
    xorChannel: string,
    { quality, xor }: PairRecords,
  ): Promise<void> {
    await em.update(
      PairEntity,
      { pairId },
      { state: 'encrypted', xorChannel, qualityRecord: quality, xorRecord: xor },
    );
    // The contract wants to see the pair that this one corrects; that pair's landing submits this one.
    if (supersedes === null || (await em.existsBy(PairEntity, { pairId: supersedes, onQuality: true }))) {
      await this.#submitQuality(em, qualityChannel, quality);
    }
    await this.submissions.add(em, { channel: xorChannel, name: 'publishXor', input: xor, key: pairId });
  }

  async #submitQuality(em: EntityManager, channel: string, record: QualityRecord): Promise<void> {
    await this.submissions.add(em, { channel, name: 'publishPair', input: record, key: record.pairId });
  }

  async #landed(
    em: EntityManager,
    call: LedgerCall,
    landed: { readonly onQuality?: true; readonly onXor?: true },
  ): Promise<void> {
    const pairId = pairIdOf(call);
    await em.update(PairEntity, { pairId }, landed);
    const { state, onQuality, onXor } = await em.findOneByOrFail(PairEntity, { pairId });
    if (landed.onQuality) await this.#submitCorrections(em, pairId);
    if (state === 'failed') return;
    const complete = onQuality && onXor;
    await em.update(
      PairEntity,
      { pairId },
      complete ? { state: 'published', publishedAt: Date.now() } : { state: 'half-published' },
    );
  }

  async #submitCorrections(em: EntityManager, supersedes: string): Promise<void> {
    const corrections = await em.find(PairEntity, {
      where: { supersedes, onQuality: false, state: UNFINISHED },
      select: { pairId: true, qualityChannel: true, qualityRecord: true },
    });
    for (const { qualityChannel, qualityRecord } of corrections) {
      if (qualityRecord) await this.#submitQuality(em, qualityChannel, qualityRecord);
    }
  }

  /**
   * A contract's refusal is final for the pair, and its code the reason; a later version of the agreement may have
   * come in between, and then the readings are paired anew under that one. Anything else that the ledger does not take
   * (no such channel, not a member) is a matter of configuration: the job fails until it is a dead letter, which the
   * operator retries.
   */
  async #refused(em: EntityManager, call: LedgerCall, error: LedgerError): Promise<void> {
    if (error.contractCode === undefined) throw error;
    const pairId = pairIdOf(call);
    const reason = error.contractCode;
    await em.update(PairEntity, { pairId, state: UNFINISHED }, { state: 'failed', reason });
    if (call.name !== 'publishPair') return;
    const corrections = { supersedes: pairId, state: UNPUBLISHED };
    await em.update(PairEntity, corrections, { state: 'failed', reason: 'corrects-unpublished-pair' });
    if (reason !== REFUSED_AS_SUPERSEDED) return;
    const { agreementHash } = call.input as PairRecords['quality'];
    await addRenewal(this.queue, em, agreementHash, `refused:${pairId}`);
  }
}

function pairIdOf({ input }: LedgerCall): string {
  return (input as PairRecords['quality'] | PairRecords['xor']).pairId;
}
