import { randomBytes } from 'node:crypto';
import { fromBase64url, toBase64url } from '@tacit/core';
import { LedgerError, type CompanyIdentity } from '@tacit/ledger';
import {
  MAX_LIFETIMES,
  MESSAGE_TYPES,
  openContent,
  sealContent,
  signEnvelope,
  TransportError,
  type ContentOf,
  type EncryptionKeyPair,
  type EnvelopeBody,
  type MessageParty,
  type MessageType,
  type PayloadOf,
  type SealedMessageType,
  type SealedPayload,
  type Transport,
  type TransportReply,
} from '@tacit/messaging';
import type { EntityManager } from 'typeorm';
import type { Database } from '../database';
import { PermanentError, WaitingError } from '../jobs/errors';
import type { Completion } from '../jobs/job-kind';
import type { JobQueue } from '../jobs/job-queue';
import type { Membership } from '../ledger/membership';
import type { Metrics } from '../operations/metrics';
import type { Partner, Partners } from '../partners/partners';
import { SentMessageEntity, type SentState } from './message.entities';
import { outgoingPurposes } from './routes';

export interface OutgoingMessage<T extends MessageType> {
  readonly type: T;
  /** MSP ID of a partner. */
  readonly to: string;
  readonly payload: PayloadOf<T>;
  /** `newMessageId()`; needed beforehand only for a sealed payload, which is bound to it. */
  readonly id?: string;
  readonly inReplyTo?: string;
  /** How long the recipient may act on it, milliseconds; the longest that the type allows unless told. */
  readonly lifetime?: number;
  /** Not to be sent before, milliseconds UTC. */
  readonly notBefore?: number;
}

/** Runs when the recipient's inbox has a message, in the transaction that notes it; once for each message. */
export type AcceptedHook = (
  em: EntityManager,
  message: { readonly id: string; readonly type: MessageType; readonly to: string },
) => Promise<void>;

/** Runs when a message can no longer arrive: refused by the recipient, or not delivered in its lifetime. */
export type FailureHook = (
  em: EntityManager,
  message: {
    readonly id: string;
    readonly type: MessageType;
    readonly to: string;
    readonly inReplyTo: string | null;
  },
  reason: 'refused' | 'expired',
) => Promise<void>;

/** 128 random bits. */
export function newMessageId(): string {
  return toBase64url(randomBytes(16));
}

/** Signs this company's envelopes and sends each until its recipient has it. */
export class Mailer {
  readonly #acceptedHooks = new Map<string, AcceptedHook>();
  readonly #failureHooks = new Map<string, FailureHook>();

  constructor(
    private readonly identity: CompanyIdentity,
    private readonly encryptionKey: EncryptionKeyPair,
    private readonly party: MessageParty,
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly partners: Partners,
    private readonly membership: Membership,
    private readonly transport: Transport,
    private readonly metrics: Metrics,
  ) {
    for (const type of MESSAGE_TYPES) {
      if (outgoingPurposes(type, party).length === 0) continue;
      queue.register<{ id: string }>(`send:${type}`, {
        concurrency: 4,
        handle: (job) => this.#send(type, job.payload.id),
      });
    }
  }

  /** What happens when a message of this type has arrived. Before the start; each type once. */
  onAccepted(type: MessageType, hook: AcceptedHook): void {
    if (this.#acceptedHooks.has(type)) throw new Error(`two hooks for accepted ${type}`);
    this.#acceptedHooks.set(type, hook);
  }

  /** What happens when a message of this type cannot be delivered. Before the start; each type once. */
  onFailed(type: MessageType, hook: FailureHook): void {
    if (this.#failureHooks.has(type)) throw new Error(`two failure hooks for ${type}`);
    this.#failureHooks.set(type, hook);
  }

  /**
   * Signs an envelope and adds the job `send:<type>` in the caller's transaction. Returns the envelope's id.
   * @throws EnvelopeError for a payload that is no JSON or too large
   */
  async prepare<T extends MessageType>(em: EntityManager, message: OutgoingMessage<T>): Promise<string> {
    const { type, to, payload, inReplyTo, notBefore } = message;
    const id = message.id ?? newMessageId();
    const issuedAt = Date.now();
    const expiresAt = issuedAt + (message.lifetime ?? MAX_LIFETIMES.get(type) ?? 0);
    const body: EnvelopeBody = {
      type,
      version: 1,
      id,
      from: this.identity.mspId,
      to,
      ...(inReplyTo !== undefined && { inReplyTo }),
      issuedAt,
      expiresAt,
      payload,
    };
    const jws = await signEnvelope(body, this.identity.client);
    await em.insert(SentMessageEntity, {
      id,
      type,
      recipient: to,
      inReplyTo: inReplyTo ?? null,
      jws,
      state: 'queued',
      expiresAt,
    });
    await this.queue.add(em, `send:${type}`, id, { id }, notBefore === undefined ? {} : { notBefore });
    return id;
  }

  /** An envelope that this company signed, or null. */
  async sent(
    em: EntityManager,
    id: string,
  ): Promise<{ readonly jws: string; readonly state: SentState } | null> {
    return em.findOneBy(SentMessageEntity, { id });
  }

  /** Sends the reply to a message again, the same bytes, if there is one and it may still be acted on. */
  async repeatReply(em: EntityManager, recipient: string, inReplyTo: string): Promise<void> {
    const replies = await em.findBy(SentMessageEntity, { recipient, inReplyTo });
    for (const { id, type, expiresAt } of replies) {
      if (expiresAt > Date.now()) await this.queue.add(em, `send:${type}`, id, { id });
    }
  }

  /**
   * Seals content to the key that a partner has registered; the payload fits in the envelope `id` only. Asks the
   * ledger, so it is work for a job, not for a transaction.
   * @throws WaitingError while the ledger does not answer or the partner has registered no key
   */
  async seal<T extends SealedMessageType>(
    type: T,
    to: string,
    id: string,
    content: ContentOf<T>,
  ): Promise<SealedPayload> {
    const partner = await this.#partner(to);
    for (const channel of this.#channels(type, partner)) {
      const member = await this.#ask(to, () => this.membership.member(channel, to));
      if (member === null) continue;
      const from = this.identity.mspId;
      return sealContent(type, content, fromBase64url(member.encryptionKey), { from, to, id });
    }
    throw new WaitingError(to, `${to} has registered no encryption key yet`);
  }

  /** Opens the sealed payload of a received message. @throws SealedError, MessageError */
  async open<T extends SealedMessageType>(
    type: T,
    message: Pick<EnvelopeBody, 'from' | 'to' | 'id'> & { readonly payload: SealedPayload },
  ): Promise<ContentOf<T>> {
    return openContent(type, message.payload, this.encryptionKey.privateKey, message);
  }

  async #send(type: MessageType, id: string): Promise<Completion> {
    const message = await this.database.read((em) => em.findOneBy(SentMessageEntity, { id }));
    if (message === null) throw new PermanentError('the message is not stored');
    if (message.expiresAt <= Date.now()) return this.#failed(type, message, 'expired');
    const partner = await this.#partner(message.recipient);
    await this.#requireRegistration(type, partner);
    const reply = await this.#deliver(partner, message.jws);
    if (reply.status === 'refused') return this.#failed(type, message, 'refused');
    this.metrics.messages.inc({ direction: 'sent', type, outcome: 'accepted' });
    return async (em) => {
      await em.update(SentMessageEntity, { id }, { state: 'accepted' });
      if (message.state === 'accepted') return;
      await this.#acceptedHooks.get(type)?.(em, { id, type, to: message.recipient });
    };
  }

  #failed(type: MessageType, message: SentMessageEntity, reason: 'refused' | 'expired'): Completion {
    const { id, recipient: to, inReplyTo, state } = message;
    this.metrics.messages.inc({ direction: 'sent', type, outcome: reason });
    return async (em) => {
      // What was once accepted has arrived; only its repetition failed.
      if (state === 'accepted') return;
      await em.update(SentMessageEntity, { id }, { state: reason });
      await this.#failureHooks.get(type)?.(em, { id, type, to, inReplyTo }, reason);
    };
  }

  async #deliver(partner: Partner, jws: string): Promise<TransportReply> {
    try {
      return await this.transport.send(partner.inbox, jws);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      if (error.code === 'too-large') throw new PermanentError(error.message, { cause: error });
      throw new WaitingError(partner.company, `${partner.company}: ${error.message}`, { cause: error });
    }
  }

  async #partner(company: string): Promise<Partner> {
    const partner = await this.partners.find(company);
    if (partner === null) throw new WaitingError(company, `${company} is no partner yet`);
    return partner;
  }

  /** A recipient that cannot verify this company yet would refuse for good. */
  async #requireRegistration(type: MessageType, partner: Partner): Promise<void> {
    for (const channel of this.#channels(type, partner)) {
      if (await this.membership.isRegistered(channel)) return;
    }
    throw new WaitingError('ledger', 'the own keys are not registered yet on a channel with the recipient');
  }

  #channels(type: MessageType, partner: Partner): readonly string[] {
    return outgoingPurposes(type, this.party).flatMap((purpose) => partner.channels[purpose] ?? []);
  }

  async #ask<T>(counterparty: string, question: () => Promise<T>): Promise<T> {
    try {
      return await question();
    } catch (cause) {
      if (cause instanceof LedgerError) {
        throw new WaitingError(counterparty, 'the ledger could not be asked for a key', { cause });
      }
      throw cause;
    }
  }
}
