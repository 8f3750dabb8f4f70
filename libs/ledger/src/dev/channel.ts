import type { LedgerKey } from '@tacit/contracts';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { LedgerError } from '../ledger';
import { Turns } from '../turns';
import { nextBlock } from './block';
import { ChannelStore, type PrivateRecord, type StateRecord } from './channel-store';
import { CollectionStore } from './collection-store';
import type { VerifiedProposal } from './proposal';
import { stillStands } from './read-write-set';
import type { CommittedState, Simulation } from './simulation';

/** A channel as one of its members has opened it: the channel's file and the files of its private collections. */
export class Channel implements CommittedState {
  readonly store: ChannelStore;
  readonly #collections = new Map<string, CollectionStore>();
  readonly #turns = new Turns();

  constructor(
    readonly dir: string,
    readonly name: string,
    /** Is the company that has opened the channel a member of this collection? */
    readonly isMember: (collection: string) => boolean,
  ) {
    this.store = new ChannelStore(path.join(dir, `${name}.sqlite`), name);
    this.#eraseUnnamed();
  }

  /** Runs `work` when everything that was asked for before is done. */
  serially<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take(work);
  }

  /**
   * Validates what was read, commits the block and what it writes; returns the block's number.
   * @throws LedgerError `conflict` when something that was read has changed since.
   */
  commit({ signed, proposal, txId }: VerifiedProposal, simulation: Simulation, result: unknown): number {
    const effects = { ...simulation.readWriteSet(), result };
    const { timestamp } = proposal;
    return this.store.write(() => {
      if (this.store.hasTransaction(txId)) {
        throw new LedgerError('bad-proposal', 'this proposal is already committed', { txId });
      }
      if (!stillStands(effects, this.store)) {
        throw new LedgerError('conflict', 'what the transaction read has changed meanwhile', { txId });
      }
      const block = nextBlock(this.store.head(), { txId, timestamp, signed }, effects, simulation.event);
      this.#writePrivate(txId, simulation);
      this.store.append(
        block,
        simulation.writes,
        effects.privateWrites.map(({ collection, key, value }) => ({
          collection,
          keyHash: key,
          valueHash: value,
        })),
      );
      return block.number;
    });
  }

  get(key: LedgerKey): StateRecord | undefined {
    return this.store.get(key);
  }

  range(prefix: LedgerKey): StateRecord[] {
    return this.store.range(prefix);
  }

  privateRecord(collection: string, keyHash: string): PrivateRecord | undefined {
    return this.store.privateRecord(collection, keyHash);
  }

  collection(name: string): CollectionStore {
    if (!this.isMember(name)) {
      throw new LedgerError('not-a-member', `collection ${name} of ${this.name} is kept by others`);
    }
    let collection = this.#collections.get(name);
    if (!collection) {
      collection = new CollectionStore(path.join(this.dir, `${this.name}.${name}.sqlite`));
      this.#collections.set(name, collection);
    }
    return collection;
  }

  close(): void {
    this.store.close();
    for (const collection of this.#collections.values()) collection.close();
  }

  #writePrivate(txId: string, { privateWrites }: Simulation): void {
    for (const name of new Set(privateWrites.map(({ collection }) => collection))) {
      this.collection(name).write(
        txId,
        privateWrites.filter(({ collection }) => collection === name),
      );
    }
  }

  /** Private values whose block a crash prevented. The write lock keeps out a commit that is between the files. */
  #eraseUnnamed(): void {
    const pattern = /^[a-z0-9-]+\.([A-Za-z0-9_-]+)\.sqlite$/;
    this.store.write(() => {
      for (const file of fs.readdirSync(this.dir)) {
        const name = file.startsWith(`${this.name}.`) ? pattern.exec(file)?.[1] : undefined;
        if (name !== undefined && this.isMember(name)) {
          this.collection(name).eraseUnnamed((txId) => this.store.hasTransaction(txId));
        }
      }
    });
  }
}
