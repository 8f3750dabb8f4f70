import { randomBytes } from 'node:crypto';
import { Database } from '@tacit/company';
import { Injectable } from '@nestjs/common';
import { toBase64url } from '@tacit/core';
import type { EntityManager } from 'typeorm';
import type { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import type { ReadingEntity } from '../entities/reading.entity';
import { KeyPool } from './key-pool';
import { KeyStock } from './key-stock';

export interface PairToPublish {
  readonly agreement: AgreementEntity;
  /** Consecutive readings of the agreement's quantity; y is the later one. */
  readonly x: ReadingEntity;
  readonly y: ReadingEntity;
  /** The published pair that this one corrects. */
  readonly supersedes: string | null;
}

/** The door to publishing: what is enqueued in a transaction is on both channels by and by. */
@Injectable()
export class PairPublisher {
  constructor(
    private readonly database: Database,
    private readonly stock: KeyStock,
    private readonly pool: KeyPool,
  ) {}

  /**
   * Adds a pair within the caller's transaction, and the job to encrypt it as soon as there is a key for it.
   * A pair that is corrected before it was encrypted is never published: the new one takes its place.
   * @returns the id of the new pair
   */
  async enqueue(
    em: EntityManager,
    { agreement, x, y, supersedes }: PairToPublish,
  ): Promise<{ pairId: string }> {
    const { terms } = agreement;
    const pairId = toBase64url(randomBytes(16));
    await em.insert(PairEntity, {
      pairId,
      agreementHash: agreement.agreementHash,
      agreementId: agreement.agreementId,
      quantity: terms.quantity,
      evaluator: terms.evaluator,
      servicer: terms.servicer,
      qualityChannel: agreement.channel,
      xorChannel: null,
      profile: terms.profile,
      bits: terms.bits,
      readingX: x.id,
      readingY: y.id,
      sequenceX: x.sequence,
      sequenceY: y.sequence,
      supersedes: supersedes === null ? null : await this.#published(em, supersedes),
      state: 'queued',
      keyId: null,
      reason: null,
      qualityRecord: null,
      xorRecord: null,
      onQuality: false,
      onXor: false,
      createdAt: Date.now(),
      publishedAt: null,
      expiresAt: terms.expiresAt,
    });
    await this.stock.request(em, { pairId, profile: terms.profile, bits: terms.bits });
    this.database.afterCommit(() => {
      this.pool.wake();
    });
    return { pairId };
  }

  /** The pair to be superseded; if it is still queued it is given up, and what it would have superseded counts. */
  async #published(em: EntityManager, pairId: string): Promise<string | null> {
    const wrong = await em.findOneByOrFail(PairEntity, { pairId });
    if (wrong.state !== 'queued') return pairId;
    await em.update(PairEntity, { pairId }, { state: 'failed', reason: 'corrected' });
    return wrong.supersedes;
  }
}
