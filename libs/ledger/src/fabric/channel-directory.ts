import { purposeOf } from '@tacit/contracts';
import { LedgerError, type ChannelInfo } from '../ledger';
import { channelInfo } from './channel-config';
import type { Connection } from './connection';
import { channelConfig, joinedChannels } from './system-chaincode';

/** How long a channel's configuration is taken for current, milliseconds. */
const FRESH = 10_000;

/** The channels with a purpose that the company's own peer has joined. */
export class ChannelDirectory {
  readonly #connection: Connection;
  readonly #company: string;
  readonly #infos = new Map<string, { readonly until: number; readonly info: Promise<ChannelInfo> }>();
  #joined: ReadonlySet<string> = new Set();
  #asking: Promise<ReadonlySet<string>> | undefined;

  constructor(connection: Connection, company: string) {
    this.#connection = connection;
    this.#company = company;
  }

  /** @throws LedgerError `unavailable` */
  async channels(): Promise<readonly ChannelInfo[]> {
    const joined = await this.#ask();
    return Promise.all([...joined].map((name) => this.info(name)));
  }

  /** @throws LedgerError `unavailable` or `not-a-member` */
  info(channel: string): Promise<ChannelInfo> {
    const known = this.#infos.get(channel);
    if (known && known.until > Date.now()) return known.info;
    const info = channelConfig(this.#connection, channel).then((config) => channelInfo(channel, config));
    this.#infos.set(channel, { until: Date.now() + FRESH, info });
    info.catch(() => this.#infos.delete(channel));
    return info;
  }

  /**
   * Returns when the own peer has joined the channel; it is asked when that is news.
   * @throws LedgerError `unknown-channel` for a name without purpose, `not-a-member`, or `unavailable`
   */
  async requireJoined(channel: string): Promise<void> {
    if (!purposeOf(channel)) throw new LedgerError('unknown-channel', `there is no channel ${channel}`);
    if (this.#joined.has(channel) || (await this.#ask()).has(channel)) return;
    throw new LedgerError('not-a-member', `the peer of ${this.#company} has not joined channel ${channel}`);
  }

  async #ask(): Promise<ReadonlySet<string>> {
    this.#asking ??= joinedChannels(this.#connection)
      .then((names) => new Set(names.filter((name) => purposeOf(name) !== undefined)))
      .finally(() => {
        this.#asking = undefined;
      });
    this.#joined = await this.#asking;
    return this.#joined;
  }
}
