import { setTimeout as sleep } from 'node:timers/promises';
import { recordHash, toBase64url } from '@tacit/core';
import type { MemberRecord } from '@tacit/contracts';
import type { ChannelInfo, CompanyIdentity, Ledger } from '@tacit/ledger';
import type { Database } from '../database';
import { backoffDelay } from '../jobs/backoff';
import type { Submissions } from '../jobs/submissions';
import type { Log } from '../operations/logging';
import type { LedgerEvents } from './ledger-events';

/** How often the ledger is asked whether the company has joined another channel, milliseconds. */
const POLL_INTERVAL = 10_000;

export interface LedgerView {
  /** Why the ledger could not be asked, and since when; null while it answers. */
  readonly trouble: { readonly message: string; readonly since: number } | null;
  readonly channels: readonly {
    readonly name: string;
    readonly members: readonly string[];
    /** Are this company's signing certificate and encryption key registered there? */
    readonly registered: boolean;
  }[];
}

/**
 * The channels that this company has joined. On each of them it registers the certificate that signs its messages and
 * the key to encrypt to it, and follows the events. Channels that are joined later are found by and by, or at once
 * by `refresh`.
 */
export class Membership {
  readonly #registered = new Set<string>();
  readonly #stopping = new AbortController();
  #channels: readonly ChannelInfo[] = [];
  #trouble: LedgerView['trouble'] = null;
  #polling: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: Ledger,
    private readonly identity: CompanyIdentity,
    private readonly encryptionKey: Uint8Array,
    private readonly database: Database,
    private readonly submissions: Submissions,
    private readonly events: LedgerEvents,
    private readonly log: Log,
  ) {
    submissions.on('registerMember', {
      submitted: async (_em, { channel }) => {
        database.afterCommit(() => this.#registered.add(channel));
      },
    });
  }

  /** Resolves once the channels have been read for the first time, or could not be; goes on in the background. */
  async start(): Promise<void> {
    await this.#poll();
    this.#polling = this.#keepPolling();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#polling;
  }

  /** Reads the channels anew. @throws LedgerError */
  async refresh(): Promise<readonly ChannelInfo[]> {
    this.#channels = await this.ledger.channels();
    this.#trouble = null;
    for (const { name } of this.#channels) {
      this.events.follow(name);
      await this.isRegistered(name);
    }
    return this.#channels;
  }

  /** Can the other members of this channel verify this company's messages yet? */
  async isRegistered(channel: string): Promise<boolean> {
    if (!this.#registered.has(channel)) {
      await this.#register(channel).catch((error: unknown) => {
        this.log.warn({ err: error, channel }, 'the registration of the own keys could not be looked up');
      });
    }
    return this.#registered.has(channel);
  }

  /** Every channel, as the ledger says now. @throws LedgerError */
  channels(): Promise<readonly ChannelInfo[]> {
    return this.ledger.channels();
  }

  /** What another member has registered, or null. @throws LedgerError */
  async member(channel: string, company: string): Promise<MemberRecord | null> {
    const record = await this.ledger.evaluate({ channel, name: 'getMember', input: { company } });
    return record as MemberRecord | null;
  }

  view(): LedgerView {
    const channels = this.#channels.map(({ name, members }) => ({
      name,
      members,
      registered: this.#registered.has(name),
    }));
    return { trouble: this.#trouble, channels };
  }

  async #keepPolling(): Promise<void> {
    const { signal } = this.#stopping;
    const stopped = (): boolean => signal.aborted;
    let failures = 0;
    while (!stopped()) {
      const ready = this.#trouble === null && this.#registered.size === this.#channels.length;
      failures = ready ? 0 : failures + 1;
      const pause = ready ? POLL_INTERVAL : Math.min(POLL_INTERVAL, backoffDelay(failures, Math.random()));
      await sleep(pause, undefined, { signal }).catch(() => undefined);
      if (!stopped()) await this.#poll();
    }
  }

  async #poll(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (this.#trouble === null) this.log.warn({ err: error }, 'the ledger does not answer');
      this.#trouble = { message, since: this.#trouble?.since ?? Date.now() };
    }
  }

  async #register(channel: string): Promise<void> {
    const wanted = {
      clientFingerprints: [this.identity.client.fingerprint],
      encryptionKey: toBase64url(this.encryptionKey),
    };
    const present = await this.member(channel, this.identity.mspId);
    if (
      present?.encryptionKey === wanted.encryptionKey &&
      wanted.clientFingerprints.every((fingerprint) => present.clientFingerprints.includes(fingerprint))
    ) {
      this.#registered.add(channel);
      return;
    }
    const key = `${channel}:${recordHash('member', wanted)}`;
    await this.database.transaction((em) =>
      this.submissions.add(em, { channel, name: 'registerMember', input: wanted, key, as: 'admin' }),
    );
  }
}
