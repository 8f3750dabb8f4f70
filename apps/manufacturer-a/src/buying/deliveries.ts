import { Injectable } from '@nestjs/common';
import {
  Database,
  Inbox,
  JobQueue,
  Mailer,
  WaitingError,
  type Completion,
  type ReceivedMessage,
} from '@tacit/company';
import { TacitError } from '@tacit/core';
import type { ContentOf } from '@tacit/messaging';
import type { EntityManager } from 'typeorm';
import { Alarms } from '../alarms';
import { ComparingThreads } from '../comparing/comparing-threads';
import { Comparisons } from '../comparing/comparisons';
import { addStep } from '../comparing/steps';
import { ComparisonEntity } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { PairEntity } from '../entities/pair.entity';
import { Ordering } from './ordering';

type Delivery = ContentOf<'xor-delivery'>;

/** Table 2 of the paper: the servicer's delivery, held against the hash that the key holder recorded. */
@Injectable()
export class Deliveries {
  constructor(
    inbox: Inbox,
    private readonly mailer: Mailer,
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly threads: ComparingThreads,
    private readonly comparisons: Comparisons,
    private readonly ordering: Ordering,
    private readonly alarms: Alarms,
  ) {
    inbox.on('xor-delivery', (message) => this.#receive(message), { concurrency: 2 });
  }

  async #receive(message: ReceivedMessage<'xor-delivery'>): Promise<Completion> {
    const stray = async (): Promise<void> => {
      this.alarms.raise('stray-message', { type: message.type, from: message.from, id: message.id });
    };
    const delivery = await this.#open(message);
    if (delivery === null) return stray;
    const { orderId } = delivery;
    const found = await this.database.read(async (em) => {
      const comparison = await em.findOneBy(ComparisonEntity, { orderId });
      if (comparison === null) return null;
      const { pairId } = comparison;
      const pair = await em.findOneByOrFail(PairEntity, { pairId });
      const key = await em.findOneOrFail(PairEntity, { select: { publicKey: true }, where: { pairId } });
      return { comparison, pair, publicKey: key.publicKey };
    });
    if (found?.comparison.servicer !== message.from) return stray;
    if (found.comparison.state === 'created') {
      throw new WaitingError('ledger', 'the own order has not been noted yet');
    }
    const fault = await this.#check(found.pair, found.publicKey, delivery);
    return (em) => (fault === null ? this.#accept(em, delivery) : this.#dispute(em, orderId, fault));
  }

  async #open(message: ReceivedMessage<'xor-delivery'>): Promise<Delivery | null> {
    try {
      return await this.mailer.open('xor-delivery', message);
    } catch (error) {
      if (error instanceof TacitError) return null;
      throw error;
    }
  }

  /** Why this is not what the key holder published for the pair; null: it is. */
  async #check(pair: PairEntity, publicKey: string, delivery: Delivery): Promise<string | null> {
    const { pairId, keyId, wHash, w } = delivery;
    if (pairId !== pair.pairId) return 'another pair was delivered';
    if (keyId !== pair.keyId) return 'it was delivered under another key';
    if (wHash !== pair.wHash) return 'another vector was delivered';
    const { profile, bits } = pair;
    return this.threads.run('checkDelivery', { profile, publicKey, keyId, pairId, bits, wHash, w });
  }

  async #accept(em: EntityManager, { orderId, pairId, w }: Delivery): Promise<void> {
    const comparison = await em.findOneBy(ComparisonEntity, { orderId });
    if (comparison === null || (await em.existsBy(EvaluationEntity, { pairId, orderId }))) return;
    const evaluated = await em.findOneBy(EvaluationEntity, { pairId });
    // The same hash, so the same bytes: what an earlier order brought and what followed from it stay good.
    const { zHash = null, rise = null } = evaluated ?? {};
    await em.save(EvaluationEntity, { pairId, orderId, w, zHash, rise });
    await this.ordering.confirm(em, comparison);
    if (comparison.state !== 'ordered') return;
    const delivered = await this.comparisons.move(em, comparison, 'delivered');
    await addStep(this.queue, em, 'comparison.evaluate', delivered);
  }

  async #dispute(em: EntityManager, orderId: string, fault: string): Promise<void> {
    const comparison = await em.findOneBy(ComparisonEntity, { orderId, state: 'ordered' });
    if (comparison === null) return;
    this.alarms.raise('wrong-delivery', { orderId, servicer: comparison.servicer });
    await this.ordering.dispute(em, comparison, fault);
    await this.comparisons.end(em, comparison, 'disputed', 'wrong-record', fault);
  }
}
