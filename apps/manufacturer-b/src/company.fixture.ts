// For tests: a company's database and jobs in a temporary folder, and rows to put in.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AtRest, Database, JobEntity, JobQueue, type Log } from '@tacit/company';
import { lotReference, type Agreement } from '@tacit/comparison';
import { fromBase64url } from '@tacit/core';
import pino from 'pino';
import { ENTITIES } from './entities';
import type { AgreementEntity } from './entities/agreement.entity';
import type { PairEntity } from './entities/pair.entity';
import type { ReadingEntity } from './entities/reading.entity';
import { makeFactors, makeKey } from './publishing/key-making.worker';
import type { MadeKey } from './publishing/key-stock';
import { agreementRow } from './readings/readings.fixture';
import { sealReading } from './readings/sealed-reading';

export const silentLog: Log = pino({ level: 'silent' });

export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** Database and queue of one process; `reopen` is what a restart after a crash finds. */
export class TestState {
  readonly atRest = new AtRest(new Uint8Array(32).fill(7));
  readonly #stateDir = mkdtempSync(join(tmpdir(), 'tacit-b-'));
  database: Database;
  queue: JobQueue;

  static async open(): Promise<TestState> {
    const state = new TestState();
    await state.#open();
    return state;
  }

  async reopen(): Promise<void> {
    await this.queue.stop();
    await this.database.close();
    await this.#open();
  }

  async close(): Promise<void> {
    await this.queue.stop();
    await this.database.close();
    rmSync(this.#stateDir, { recursive: true, force: true });
  }

  /** Kind and key of every job, in the order of their making. */
  async jobs(): Promise<readonly (readonly [kind: string, key: string])[]> {
    const jobs = await this.database.read((em) => em.find(JobEntity, { order: { id: 'ASC' } }));
    return jobs.map(({ kind, key }) => [kind, key]);
  }

  async #open(): Promise<void> {
    this.database = await Database.open({ stateDir: this.#stateDir, entities: [...ENTITIES, JobEntity] });
    this.queue = new JobQueue(this.database, silentLog);
  }
}

/** Two readings and their agreement, with the pair that is made of them. */
export interface PairRows {
  readonly agreement: AgreementEntity;
  readonly x: ReadingEntity;
  readonly y: ReadingEntity;
  readonly pair: PairEntity;
}

export function pairRows(
  atRest: AtRest,
  values: { readonly x: string; readonly y: string },
  terms: Partial<Agreement> = {},
  changes: Partial<PairEntity> = {},
): PairRows {
  const agreement = agreementRow({ bits: 8, ...terms });
  const x = readingRow(atRest, 1, values.x);
  const y = readingRow(atRest, 2, values.y);
  const { evaluator, servicer, quantity, profile, bits, expiresAt } = agreement.terms;
  const pair: PairEntity = {
    pairId: randomId(),
    agreementHash: agreement.agreementHash,
    agreementId: agreement.agreementId,
    quantity,
    evaluator,
    servicer,
    qualityChannel: agreement.channel,
    xorChannel: null,
    profile,
    bits,
    readingX: x.id,
    readingY: y.id,
    sequenceX: 1,
    sequenceY: 2,
    supersedes: null,
    state: 'queued',
    keyId: null,
    reason: null,
    qualityRecord: null,
    xorRecord: null,
    onQuality: false,
    onXor: false,
    createdAt: Date.now(),
    publishedAt: null,
    expiresAt,
    ...changes,
  };
  return { agreement, x, y, pair };
}

function readingRow(atRest: AtRest, sequence: number, value: string): ReadingEntity {
  const id = randomId();
  const lot = `LOT-${sequence}`;
  const lotSalt = randomBytes(32).toString('base64url');
  return {
    id,
    quantity: id,
    sequence,
    revision: 1,
    current: true,
    takenAt: Date.UTC(2026, sequence, 1),
    recordedAt: Date.now(),
    lotRef: lotReference(fromBase64url(lotSalt), lot),
    sealed: sealReading(atRest, id, { value, lot, lotSalt }),
  };
}

/** A key and its nonce factors as the threads make them, in the calling thread: a second or two. */
export function makeTestKey(bits: number, profile = 'paillier-3072'): MadeKey {
  const pair = makeKey({ profile, method: 'uniform', owner: 'ManufacturerB' });
  const nonceFactors = [makeFactors({ ...pair, profile, method: 'uniform', count: 3 * bits })];
  return { ...pair, profile, bits, method: 'uniform', nonceFactors };
}
