import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { replaceFile, syncDirectory } from '../files';
import { isMspId } from '../identity';
import { LedgerError } from '../ledger';

const members = z.array(z.string().refine(isMspId)).min(1).readonly();
const networkSchema = z.strictObject({
  channels: z
    .array(
      z.strictObject({
        // Names files: no dot, which separates a channel from its collection.
        name: z.string().regex(/^[a-z][a-z0-9-]{0,99}$/),
        members,
        collections: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), members).optional(),
      }),
    )
    .readonly(),
});

/** `network.json`: which companies are on which channel, and who keeps a private collection (all, unless told). */
export type DevNetworkConfig = z.infer<typeof networkSchema>;
export type DevChannelConfig = DevNetworkConfig['channels'][number];

/** Writes `network.json`. Running companies find new channels at their next call. @throws LedgerError */
export function writeDevNetwork(networkDir: string, config: DevNetworkConfig): void {
  fs.mkdirSync(networkDir, { recursive: true, mode: 0o700 });
  replaceFile(
    path.join(networkDir, 'network.json'),
    `${JSON.stringify(parseConfig(config), undefined, 2)}\n`,
  );
}

/** The folder that the companies of one machine share: configuration, public roots, channel files. */
export class DevNetwork {
  #cached: { readonly stamp: string; readonly config: DevNetworkConfig } | undefined;

  constructor(readonly dir: string) {}

  /** All channels; none while nobody has written `network.json`. @throws LedgerError `misconfigured` */
  channels(): readonly DevChannelConfig[] {
    const file = path.join(this.dir, 'network.json');
    const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
    if (!stat) return [];
    const stamp = `${stat.ino}.${stat.mtimeNs}.${stat.size}`;
    if (this.#cached?.stamp !== stamp) {
      this.#cached = { stamp, config: parseConfig(readJson(file)) };
    }
    return this.#cached.config.channels;
  }

  /** The channel, for one of its members. @throws LedgerError `unknown-channel` or `not-a-member` */
  channelOf(company: string, name: string): DevChannelConfig {
    const channel = this.channels().find((candidate) => candidate.name === name);
    if (!channel) throw new LedgerError('unknown-channel', `there is no channel ${name}`);
    if (!channel.members.includes(company)) {
      throw new LedgerError('not-a-member', `${company} has not joined channel ${name}`);
    }
    return channel;
  }

  /** A company's published root certificates (PEM); none until it has started once. */
  roots(company: string): readonly string[] {
    if (!isMspId(company)) return [];
    const file = this.#rootFile(company);
    return fs.existsSync(file) ? [fs.readFileSync(file, 'utf8')] : [];
  }

  /**
   * Publishes a company's root at its start. The first one stays: nobody takes over a name.
   * @throws LedgerError `misconfigured` when another root has the name.
   */
  publishRoot(company: string, rootPem: string): void {
    const file = this.#rootFile(company);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const draft = `${file}.${process.pid}`;
    fs.writeFileSync(draft, rootPem, { flush: true });
    try {
      fs.linkSync(draft, file); // fails when the name is taken, which a rename would not
      syncDirectory(path.dirname(file));
    } catch (cause) {
      const isTaken = fs.existsSync(file);
      if (isTaken && fs.readFileSync(file, 'utf8') === rootPem) return;
      const reason = isTaken
        ? `another root certificate is published for ${company}`
        : 'the root cannot be published';
      throw new LedgerError('misconfigured', reason, { cause });
    } finally {
      fs.rmSync(draft);
    }
  }

  #rootFile(company: string): string {
    return path.join(this.dir, 'msp', `${company}.pem`);
  }
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new LedgerError('misconfigured', 'network.json is not JSON', { cause });
  }
}

function parseConfig(value: unknown): DevNetworkConfig {
  const parsed = networkSchema.safeParse(value);
  if (!parsed.success) {
    throw new LedgerError('misconfigured', `network.json: ${z.prettifyError(parsed.error)}`);
  }
  if (new Set(parsed.data.channels.map(({ name }) => name)).size !== parsed.data.channels.length) {
    throw new LedgerError('misconfigured', 'network.json names a channel twice');
  }
  return parsed.data;
}
