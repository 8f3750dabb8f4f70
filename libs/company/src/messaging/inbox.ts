import { setTimeout as sleep } from 'node:timers/promises';
import { fromBase64url, parseCanonical } from '@tacit/core';
import type { ChannelPurpose } from '@tacit/contracts';
import {
  ACCEPTED,
  EnvelopeError,
  MAX_LIFETIMES,
  MessageError,
  openEnvelope,
  readMessage,
  REFUSAL,
  type Envelope,
  type EnvelopeBody,
  type MessageParty,
  type MessageType,
  type PayloadOf,
  type TransportReply,
} from '@tacit/messaging';
import { LessThanOrEqual, type EntityManager } from 'typeorm';
import type { Database } from '../database';
import { PermanentError } from '../jobs/errors';
import type { Completion } from '../jobs/job-kind';
import type { JobQueue } from '../jobs/job-queue';
import type { Membership } from '../ledger/membership';
import { fault, registerFault } from '../operations/faults';
import type { Log } from '../operations/logging';
import type { Metrics } from '../operations/metrics';
import type { Partners } from '../partners/partners';
import type { Mailer } from './mailer';
import { ReceivedMessageEntity, RefusalEntity } from './message.entities';
import { incomingPurposes } from './routes';
import { senderCheck } from './sender-check';

/** A refusal leaves this long after the envelope came, so that its cause cannot be told by time. Milliseconds. */
export const REFUSAL_DELAY = 1_000;
/** Newest refusals that are kept for the operator. */
const KEPT_REFUSALS = 1_000;
/** Refusals are recorded at most this often, milliseconds: a flood of junk shall not keep the disk busy. */
const REFUSAL_INTERVAL = 100;

/** A verified envelope of a type that this company takes, its payload of the form that the type promises. */
export type ReceivedMessage<T extends MessageType = MessageType> = Envelope & {
  readonly type: T;
  readonly payload: PayloadOf<T>;
  /** By this company's clock, milliseconds UTC. */
  readonly receivedAt: number;
};

export interface InboxOptions {
  /** How many messages of this type are worked on at once; 1 unless told. */
  readonly concurrency?: number;
  /** As JobKind.maxAttempts. */
  readonly maxAttempts?: number;
  readonly onDead?: (em: EntityManager, sender: string, id: string, error: Error) => Promise<void>;
}

class InboxRefusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/**
 * Where other companies' envelopes arrive. An envelope is verified, committed together with the job that acts on it,
 * and only then acknowledged. The same envelope again is acknowledged again, and the reply that was once made for it
 * is sent again byte for byte. Whatever is wrong with an envelope, the sender hears the same after the same time.
 */
export class Inbox {
  readonly #types = new Map<string, readonly ChannelPurpose[]>();
  #lastRecorded = 0;

  constructor(
    private readonly company: string,
    private readonly party: MessageParty,
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly partners: Partners,
    private readonly membership: Membership,
    private readonly mailer: Mailer,
    private readonly metrics: Metrics,
    private readonly log: Log,
  ) {}

  /**
   * Takes a type of message. `handle` does the slow work as a job `receive:<type>`; its completion runs with the
   * job's deletion in one transaction and makes the reply, if there is one, by `Mailer.prepare`.
   */
  on<T extends MessageType>(
    type: T,
    handle: (message: ReceivedMessage<T>, signal: AbortSignal) => Promise<Completion>,
    options: InboxOptions = {},
  ): void {
    this.#types.set(type, incomingPurposes(type, this.party));
    registerFault(`inbox.${type}.before-commit`, `inbox.${type}.committed`);
    const { onDead, ...rest } = options;
    this.queue.register<{ sender: string; id: string }>(`receive:${type}`, {
      ...rest,
      handle: async ({ payload: { sender, id } }, signal) => {
        const message = await this.database.read((em) => this.find(em, sender, id));
        if (message === null) throw new PermanentError('the message is no longer stored');
        return handle(message as unknown as ReceivedMessage<T>, signal);
      },
      ...(onDead && { onDead: (em, job, error) => onDead(em, job.payload.sender, job.payload.id, error) }),
    });
  }

  /** A message that was received, or null. */
  async find(
    em: EntityManager,
    sender: string,
    id: string,
  ): Promise<(ReceivedMessage & { jws: string }) | null> {
    const row = await em.findOneBy(ReceivedMessageEntity, { sender, id });
    if (row === null) return null;
    // Verified when it was received; the certificate may have expired since.
    const body = parseCanonical(fromBase64url(row.jws.split('.')[1] ?? '')) as EnvelopeBody;
    const { jws, payloadHash, fingerprint, receivedAt } = row;
    return { ...body, jws, payloadHash, fingerprint, receivedAt } as ReceivedMessage & { jws: string };
  }

  /** What the transport calls. Rejects when there can be no verdict, so that the sender tries again. */
  async receive(jws: unknown): Promise<TransportReply> {
    const receivedAt = Date.now();
    try {
      const envelope = await this.#verify(jws, receivedAt);
      await this.#commit(envelope, jws as string, receivedAt);
      this.metrics.messages.inc({ direction: 'received', type: envelope.type, outcome: 'accepted' });
      fault(`inbox.${envelope.type}.committed`);
      return ACCEPTED;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) {
        this.log.error({ err: error }, 'an envelope could not be judged; its sender will send it again');
        throw error;
      }
      this.metrics.refusals.inc({ reason });
      this.log.warn({ reason }, 'an envelope was refused');
      await this.#record(reason, receivedAt);
      await sleep(Math.max(0, receivedAt + REFUSAL_DELAY - Date.now()));
      return REFUSAL;
    }
  }

  async #verify(jws: unknown, now: number): Promise<Envelope> {
    const purposes = new Set<ChannelPurpose>();
    const verifyMember = senderCheck(this.company, this.partners, this.membership, purposes);
    const envelope = await openEnvelope(jws, {
      me: this.company,
      now,
      verifyMember,
      maxLifetimes: MAX_LIFETIMES,
    });
    const allowed = this.#types.get(envelope.type);
    if (allowed === undefined) throw new InboxRefusal('type-not-taken');
    if (!allowed.some((purpose) => purposes.has(purpose))) throw new InboxRefusal('no-channel-for-type');
    readMessage(envelope);
    return envelope;
  }

  async #commit(envelope: Envelope, jws: string, receivedAt: number): Promise<void> {
    const { from: sender, id, type, payloadHash, fingerprint } = envelope;
    await this.database.transaction(async (em) => {
      const known = await em.findOneBy(ReceivedMessageEntity, { sender, id });
      if (known !== null) {
        if (known.payloadHash !== payloadHash || known.type !== type) throw new InboxRefusal('id-used-twice');
        await this.mailer.repeatReply(em, sender, id);
        return;
      }
      await em.insert(ReceivedMessageEntity, { sender, id, type, payloadHash, fingerprint, jws, receivedAt });
      await this.queue.add(em, `receive:${type}`, `${sender}:${id}`, { sender, id });
      fault(`inbox.${type}.before-commit`);
    });
  }

  async #record(reason: string, at: number): Promise<void> {
    if (at - this.#lastRecorded < REFUSAL_INTERVAL) return;
    this.#lastRecorded = at;
    await this.database.transaction(async (em) => {
      const { identifiers } = await em.insert(RefusalEntity, { at, reason });
      const [newest] = identifiers as { id: number }[];
      if (newest) await em.delete(RefusalEntity, { id: LessThanOrEqual(newest.id - KEPT_REFUSALS) });
    });
  }
}

/** The refusal's reason from a closed set, or undefined when the fault is not the envelope's. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof InboxRefusal) return error.reason;
  if (error instanceof MessageError) return `message-${error.code}`;
  if (!(error instanceof EnvelopeError)) return undefined;
  const cause = error.cause as { code?: unknown } | undefined;
  const detail = error.code === 'certificate' && typeof cause?.code === 'string' ? `-${cause.code}` : '';
  return `envelope-${error.code}${detail}`;
}
