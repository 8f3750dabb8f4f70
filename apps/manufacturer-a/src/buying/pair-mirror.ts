import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  JobQueue,
  LedgerEvents,
  type CompanyConfig,
  type Completion,
} from '@tacit/company';
import type { Agreement, QualityRecord } from '@tacit/comparison';
import type { AgreementRecord } from '@tacit/contracts';
import { recordHash } from '@tacit/core';
import { In, type EntityManager } from 'typeorm';
import { Alarms } from '../alarms';
import { mayFollow } from '../comparing/comparison-state';
import { ComparingThreads } from '../comparing/comparing-threads';
import type { Flaw } from '../comparing/comparing.worker';
import { Comparisons } from '../comparing/comparisons';
import type { SeenKey } from '../comparing/shared-factors';
import { ComparisonEntity } from '../entities/comparison.entity';
import { PairEntity } from '../entities/pair.entity';
import { LedgerReader } from '../ledger-reader';

interface ReadPair {
  readonly channel: string;
  readonly pairId: string;
  /** The event's time, milliseconds UTC. */
  readonly publishedAt: number;
}

/** Takes in every pair that is published for this company, after checking all of it that needs no secret. */
@Injectable()
export class PairMirror {
  constructor(
    events: LedgerEvents,
    queue: JobQueue,
    private readonly database: Database,
    private readonly reader: LedgerReader,
    private readonly threads: ComparingThreads,
    private readonly comparisons: Comparisons,
    private readonly alarms: Alarms,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
  ) {
    events.on('quality', 'PairPublished', async (em, { channel, payload, timestamp }) => {
      const { pairId } = payload as { pairId: string };
      const job: ReadPair = { channel, pairId, publishedAt: timestamp };
      await queue.add(em, 'pair.read', pairId, job);
    });
    // One at a time: each key is held against all keys before it.
    queue.register<ReadPair>('pair.read', { handle: ({ payload }) => this.#read(payload) });
  }

  async #read({ channel, pairId, publishedAt }: ReadPair): Promise<Completion> {
    const record = await this.reader.read<QualityRecord>(channel, 'getPair', { pairId });
    const { agreementHash } = record;
    const { agreement } = await this.reader.read<AgreementRecord>(channel, 'getAgreement', { agreementHash });
    if (agreement.evaluator !== this.config.company) return async () => {};
    const seen = await this.database.read((em) => keysSeen(em));
    const { bits, keyHolder } = agreement;
    const flaw = await this.threads.run('inspectPair', { record, bits, keyHolder, seen });
    return async (em) => {
      await this.#store(em, record, agreement, channel, publishedAt, flaw);
    };
  }

  async #store(
    em: EntityManager,
    record: QualityRecord,
    agreement: Agreement,
    channel: string,
    publishedAt: number,
    flaw: Flaw | null,
  ): Promise<void> {
    const { pairId, supersedes } = record;
    const correction = await em.findOneBy(PairEntity, { supersedes: pairId });
    await em.insert(PairEntity, {
      pairId,
      agreementHash: record.agreementHash,
      agreementId: agreement.id,
      channel,
      keyHolder: agreement.keyHolder,
      servicer: agreement.servicer,
      quantity: agreement.quantity,
      measure: agreement.measure,
      profile: record.profile,
      bits: agreement.bits,
      sequenceX: record.sequence.x,
      sequenceY: record.sequence.y,
      takenAtX: record.takenAt.x,
      takenAtY: record.takenAt.y,
      lotRefX: record.lotRefs.x,
      lotRefY: record.lotRefs.y,
      supersedes,
      supersededBy: correction?.pairId ?? null,
      keyId: record.keyId,
      publicKey: record.publicKey,
      wHash: record.wHash,
      recordHash: recordHash('quality', record),
      flaw: flaw?.flaw ?? null,
      publishedAt,
    });
    if (supersedes !== null) {
      await em.update(PairEntity, { pairId: supersedes }, { supersededBy: pairId });
    }
    if (flaw === null) return;
    this.alarms.raise(flaw.flaw, { pairId, keyHolder: agreement.keyHolder });
    await this.#distrust(em, flaw.sharedWith);
  }

  /** The earlier pairs under a key that has turned out weak, and whatever was being asked about them. */
  async #distrust(em: EntityManager, pairIds: readonly string[]): Promise<void> {
    if (pairIds.length === 0) return;
    await em.update(PairEntity, { pairId: In([...pairIds]) }, { flaw: 'weak-key' });
    for (const comparison of await em.findBy(ComparisonEntity, { pairId: In([...pairIds]) })) {
      if (mayFollow(comparison.state, 'failed')) {
        await this.comparisons.end(em, comparison, 'failed', 'weak-key');
      }
    }
  }
}

function keysSeen(em: EntityManager): Promise<SeenKey[]> {
  return em.find(PairEntity, { select: { pairId: true, publicKey: true } });
}
