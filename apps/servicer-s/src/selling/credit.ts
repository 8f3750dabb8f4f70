import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  Inbox,
  LOG,
  Membership,
  Partners,
  senderCheck,
  Submissions,
  type CompanyConfig,
  type Completion,
  type Log,
  type ReceivedMessage,
} from '@tacit/company';
import { toBase64url, transcriptHash } from '@tacit/core';
import {
  CLOCK_SKEW_MS,
  EnvelopeError,
  MAX_LIFETIMES,
  MessageError,
  openRefusalEvidence,
  type ProvenRefusal,
} from '@tacit/messaging';
import type { EntityManager } from 'typeorm';
import { CatalogueEntity, CreditedRefusalEntity, OrderEntity } from '../entities';

/**
 * A customer who paid for a record and whose request the key holder then refused gets the price back, against the
 * key holder's own signature.
 */
@Injectable()
export class Credit {
  constructor(
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
    @Inject(LOG) private readonly log: Log,
    private readonly database: Database,
    private readonly partners: Partners,
    private readonly membership: Membership,
    private readonly submissions: Submissions,
    inbox: Inbox,
  ) {
    inbox.on('refusal-evidence', (message) => this.#judge(message));
    // Ended otherwise meanwhile: nothing is owed.
    submissions.on('creditOrder', { refused: async () => undefined });
  }

  async #judge(message: ReceivedMessage<'refusal-evidence'>): Promise<Completion> {
    const { orderId, pairId, refusal } = message.payload;
    const proven = await this.#open(message);
    return async (em) => {
      const order = await em.findOneBy(OrderEntity, { orderId });
      const item = await em.findOneBy(CatalogueEntity, { pairId });
      const owed =
        order?.pairId === pairId &&
        order.customer === message.from &&
        item?.keyHolder === proven?.keyHolder &&
        proven !== undefined &&
        proven.refusedAt + CLOCK_SKEW_MS >= order.orderedAt &&
        (await this.#spend(em, proven, orderId));
      if (!owed) {
        this.log.warn({ orderId }, 'evidence of a refusal does not fit an order; nothing is credited');
        return;
      }
      const refusalHash = toBase64url(transcriptHash('refusal', refusal));
      const input = { orderId, refusalHash };
      await this.submissions.add(em, { channel: order.channel, name: 'creditOrder', input, key: orderId });
    };
  }

  /**
   * The refusal names the request's envelope id and nothing of its content, and the customer signs requests herself:
   * only that it counts once keeps one refusal from crediting every order.
   */
  async #spend(
    em: EntityManager,
    { keyHolder, refusalId }: ProvenRefusal,
    orderId: string,
  ): Promise<boolean> {
    const spent = await em.findOneBy(CreditedRefusalEntity, { keyHolder, refusalId });
    if (spent === null) await em.insert(CreditedRefusalEntity, { keyHolder, refusalId, orderId });
    return spent === null || spent.orderId === orderId;
  }

  async #open({ payload, from }: ReceivedMessage<'refusal-evidence'>): Promise<ProvenRefusal | undefined> {
    const verifyMember = senderCheck(this.config.company, this.partners, this.membership, new Set());
    try {
      return await openRefusalEvidence(payload, from, {
        now: Date.now(),
        verifyMember,
        maxLifetimes: MAX_LIFETIMES,
      });
    } catch (error) {
      if (error instanceof EnvelopeError || error instanceof MessageError) return undefined;
      throw error;
    }
  }
}
