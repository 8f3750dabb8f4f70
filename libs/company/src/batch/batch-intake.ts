import { createHash } from 'node:crypto';
import { equalBytes } from '@tacit/core';
import { openBatch, type Batch, type BatchKey, type BatchKind } from '@tacit/messaging';
import type { Database } from '../database';
import type { AtRest } from '../identity/at-rest';
import { fault, registerFault } from '../operations/faults';
import { BatchEntity } from './batch.entity';
import { refusal, refusalOf, type Refusal } from './refusal';

/**
 * Does what a batch asks for, checked as strictly as the same request over REST, in exactly one transaction: with it
 * goes the note that the batch was taken. Throws ProblemException for a batch that it refuses.
 */
export type BatchHandler = (content: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** `taken`: it took effect now; `repeated`: it had before. Both are to be acknowledged. */
export type Verdict =
  { readonly outcome: 'taken' | 'repeated' } | { readonly outcome: 'refused'; readonly refusal: Refusal };

/** Judges batches, one at a time, and lets each take effect once. */
export class BatchIntake {
  readonly #handlers = new Map<BatchKind, BatchHandler>();

  constructor(
    private readonly database: Database,
    private readonly atRest: AtRest,
  ) {}

  /** Takes batches of this kind. Before the start; each kind once. */
  on(kind: BatchKind, handler: BatchHandler): void {
    if (this.#handlers.has(kind)) throw new Error(`two handlers for batches of ${kind}`);
    this.#handlers.set(kind, handler);
    registerFault(...['before-commit', 'committed', 'refused'].map((point) => `batch.${kind}.${point}`));
  }

  get kinds(): readonly BatchKind[] {
    return [...this.#handlers.keys()];
  }

  /** Rejects when there can be no verdict now and the batch should be delivered again. */
  async take(kind: BatchKind, sealed: Uint8Array, key: BatchKey): Promise<Verdict> {
    try {
      return await this.#take(kind, await openBatch(sealed, key));
    } catch (error) {
      const reason = refusalOf(error, kind);
      if (reason === undefined) throw error;
      return { outcome: 'refused', refusal: reason };
    }
  }

  async #take(kind: BatchKind, batch: Batch): Promise<Verdict> {
    const handler = this.#handlers.get(kind);
    if (handler === undefined) {
      return refused(refusal('not-a-batch', `this company takes no ${kind}`, 'Send it to another company.'));
    }
    const hash = hashOf(kind, batch);
    const known = await this.database.read((em) => em.findOneBy(BatchEntity, { id: batch.id }));
    if (known !== null) {
      if (equalBytes(this.atRest.open(purposeOf(batch.id), known.contentHash), hash)) {
        return { outcome: 'repeated' };
      }
      return refused(
        refusal('id-used-twice', 'another batch had this id before', 'Send it again under an id of its own.'),
      );
    }
    const contentHash = this.atRest.seal(purposeOf(batch.id), hash);
    await this.database.accompanied(
      async (em) => {
        await em.insert(BatchEntity, { id: batch.id, kind, contentHash, takenAt: Date.now() });
        fault(`batch.${kind}.before-commit`);
      },
      () => handler(batch.content),
    );
    fault(`batch.${kind}.committed`);
    return { outcome: 'taken' };
  }
}

function refused(reason: Refusal): Verdict {
  return { outcome: 'refused', refusal: reason };
}

const purposeOf = (id: string): string => `batch:${id}`;

/** Object members in the order in which they came: whoever sends a batch again sends the same. */
function hashOf(kind: BatchKind, { content }: Batch): Uint8Array {
  return new Uint8Array(
    createHash('sha256')
      .update(JSON.stringify([kind, content]))
      .digest(),
  );
}
