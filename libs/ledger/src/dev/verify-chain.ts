import { parseCanonical, toHex } from '@tacit/core';
import type { LedgerKey } from '@tacit/contracts';
import { follows, genesis, type Block, type BlockEffects, type ChainHead } from './block';
import type { Channel } from './channel';
import { encodeKey, keyText } from './keys';
import { verifyProposal } from './proposal';
import { privateValueHash, stillStands, valueHash, type Version, type Versions } from './read-write-set';

/** What a re-check of a channel's file found; a sound file has no problems. */
export interface ChainReport {
  readonly blocks: number;
  /** Hash of the last block, hexadecimal: two members that compare it know that they hold the same chain. */
  readonly head: string;
  readonly problems: readonly ChainProblem[];
}

export interface ChainProblem {
  /** The block that breaks a rule; undefined when the state is not what the blocks add up to. */
  readonly block: number | undefined;
  readonly problem: string;
}

/**
 * Re-checks every block (hashes, creator's certificate at the block's time, signature, validity of what was read)
 * and then that the state, and the values of the collections that this company keeps, are what the blocks wrote.
 */
export function verifyChain(channel: Channel, rootsOf: (company: string) => readonly string[]): ChainReport {
  const problems: ChainProblem[] = [];
  const replay = new Replay();
  const end = channel.store.head();
  let head = genesis(channel.name);
  for (let number = 1; number <= end.number; number++) {
    const block = channel.store.block(number);
    if (!block) {
      problems.push({ block: number, problem: 'the block is missing' });
      continue;
    }
    const checks = [
      () => {
        verifyLink(block, head);
      },
      () => {
        verifyCreation(block, channel.name, rootsOf);
      },
      () => {
        replay.apply(block);
      },
    ];
    for (const check of checks) {
      try {
        check();
      } catch (error) {
        problems.push({ block: number, problem: error instanceof Error ? error.message : 'unreadable' });
      }
    }
    head = block;
  }
  for (const problem of replay.differences(channel)) problems.push({ block: undefined, problem });
  return { blocks: end.number, head: toHex(end.hash), problems };
}

function verifyLink(block: Block, head: ChainHead): void {
  if (!follows(block, head)) throw new Error('its hash does not continue the chain');
}

function verifyCreation(
  block: Block,
  channel: string,
  rootsOf: (company: string) => readonly string[],
): void {
  const { proposal, txId } = verifyProposal(block.signed, rootsOf, new Date(block.timestamp));
  if (proposal.channel !== channel || proposal.timestamp !== block.timestamp || txId !== block.txId) {
    throw new Error('the block is not about the proposal that it holds');
  }
}

/** Versions and hashes that the blocks so far have written. */
class Replay implements Versions {
  readonly #state = new Map<string, { key: LedgerKey; version: number; value: string }>();
  readonly #privateState = new Map<
    string,
    { collection: string; keyHash: string; version: number; txId: string; value: string }
  >();

  apply({ number, txId, effects }: Block): void {
    const set = parseCanonical(effects) as BlockEffects;
    if (!stillStands(set, this)) throw new Error('the block was committed on a state that had changed');
    for (const { key, value } of set.writes) this.#state.set(keyText(key), { key, version: number, value });
    for (const { collection, key, value } of set.privateWrites) {
      const record = { collection, keyHash: key, version: number, txId, value };
      this.#privateState.set(`${collection}\0${key}`, record);
    }
  }

  version(key: LedgerKey): Version {
    return this.#state.get(keyText(key))?.version ?? null;
  }

  rangeVersions(prefix: LedgerKey): { key: LedgerKey; version: number }[] {
    const start = keyText(prefix);
    return [...this.#state]
      .filter(([text]) => text.startsWith(start))
      .map(([, { key, version }]) => ({ key, version }))
      .sort((a, b) => Buffer.compare(encodeKey(a.key), encodeKey(b.key)));
  }

  privateVersion(collection: string, keyHash: string): Version {
    return this.#privateState.get(`${collection}\0${keyHash}`)?.version ?? null;
  }

  /** Where the channel's files do not hold what the blocks have written. */
  *differences(channel: Channel): Iterable<string> {
    const { store } = channel;
    const counts = store.counts();
    if (counts.records !== this.#state.size || counts.privateRecords !== this.#privateState.size) {
      yield 'the state holds more or fewer records than the blocks have written';
    }
    for (const { key, version, value } of this.#state.values()) {
      const record = store.get(key);
      if (record?.version !== version || valueHash(record.value) !== value) {
        yield `${key.join(' ')} is not what block ${version} has written`;
      }
    }
    for (const { collection: name, keyHash, version, txId, value } of this.#privateState.values()) {
      const record = store.privateRecord(name, keyHash);
      const kept = channel.isMember(name) ? channel.collection(name).read(keyHash, txId) : undefined;
      const altered = channel.isMember(name) && (!kept || privateValueHash(name, kept) !== value);
      if (record?.version !== version || record.txId !== txId || record.valueHash !== value || altered) {
        yield `a private record of ${name} is not what block ${version} has written`;
      }
    }
  }
}
