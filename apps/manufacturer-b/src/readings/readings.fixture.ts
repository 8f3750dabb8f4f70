import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AtRest,
  type CompanyConfig,
  Database,
  type JobQueue,
  type Completion,
  type JobKind,
} from '@tacit/company';
import { agreementHash, type Agreement } from '@tacit/comparison';
import { AgreementEntity } from '../entities/agreement.entity';
import { AnswerEntity } from '../entities/answer.entity';
import { BudgetEntity } from '../entities/budget.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { QuantityBudget } from '../disclosure/quantity-budget';
import { PairPublisher } from '../publishing/pair-publisher';
import { addRenewal } from '../publishing/renewal-job';
import { settingsSchema, type Settings } from '../settings';
import { ImportForecast } from './forecast';
import { ImportPairing } from './import-pairing';
import { ImportService } from './import.service';
import { PairRenewal } from './pair-renewal';
import { Pairing } from './pairing';
import { ReadingStore } from './reading-store';
import { ReadingsService } from './readings.service';

/** For tests: the readings of a company on a database in a temporary folder, without keys, ledger or HTTP. */
export class TestReadings {
  readonly atRest = new AtRest(new Uint8Array(32));
  readonly readings: ReadingsService;
  readonly imports: ImportService;
  readonly #jobs: JobsByHand;

  private constructor(
    readonly database: Database,
    private readonly stateDir: string,
  ) {
    const store = new ReadingStore(this.atRest);
    const publisher = new PairPublisher(
      database,
      { request: async () => {} } as unknown as ConstructorParameters<typeof PairPublisher>[1],
      { wake: () => {} } as unknown as ConstructorParameters<typeof PairPublisher>[2],
    );
    const pairing = new Pairing(publisher, this.atRest);
    this.#jobs = new JobsByHand(database);
    const imported = new ImportPairing(this.#jobs as unknown as JobQueue, pairing);
    new PairRenewal(this.#jobs as unknown as JobQueue, pairing);
    this.readings = new ReadingsService(database, store, pairing, this.atRest);
    this.imports = new ImportService(
      database,
      store,
      new ImportForecast(pairing, new QuantityBudget(), {
        settings: settingsSchema.parse({}),
      } as CompanyConfig<Settings>),
      imported,
    );
  }

  static async open(): Promise<TestReadings> {
    const stateDir = mkdtempSync(join(tmpdir(), 'tacit-readings-'));
    const entities = [AgreementEntity, AnswerEntity, BudgetEntity, PairEntity, ReadingEntity];
    return new TestReadings(await Database.open({ stateDir, entities }), stateDir);
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.stateDir, { recursive: true, force: true });
  }

  /** Adds an agreement; accepted unless told. */
  async agree(terms: Partial<Agreement> = {}, row: Partial<AgreementEntity> = {}): Promise<AgreementEntity> {
    const entity = agreementRow(terms, row);
    await this.database.transaction((em) => em.insert(AgreementEntity, entity));
    return entity;
  }

  /** Does the jobs that were added, and those that they add. */
  async work(): Promise<void> {
    await this.#jobs.work();
  }

  /** As when the channel tells that a version was superseded. */
  async renew({ agreementHash: hash }: AgreementEntity): Promise<void> {
    await this.database.transaction((em) =>
      addRenewal(this.#jobs as unknown as JobQueue, em, hash, `superseded:${hash}`),
    );
    await this.work();
  }

  pairs(): Promise<PairEntity[]> {
    return this.database.read((em) =>
      em.find(PairEntity, { order: { agreementId: 'ASC', sequenceX: 'ASC', createdAt: 'ASC' } }),
    );
  }

  /** As if every pair so far were on its channels. */
  async publish(): Promise<void> {
    await this.database.transaction((em) =>
      em.update(PairEntity, { state: 'queued' }, { state: 'published' }),
    );
  }

  countReadings(): Promise<number> {
    return this.database.read((em) => em.count(ReadingEntity));
  }
}

/** An agreement about moisture with ManufacturerA; every one has another id. */
export function agreementRow(
  terms: Partial<Agreement> = {},
  row: Partial<AgreementEntity> = {},
): AgreementEntity {
  const whole: Agreement = {
    id: agreementId(),
    version: 1,
    supersedes: null,
    keyHolder: 'ManufacturerB',
    evaluator: 'ManufacturerA',
    servicer: 'ServicerS',
    quantity: 'moisture',
    unit: 'g/cm²',
    scale: 2,
    offset: '0',
    bits: 32,
    profile: 'paillier-3072',
    measure: 'magnitude',
    answerBudget: 24,
    expiresAt: Date.UTC(2999, 0, 1),
    ...terms,
  };
  return {
    agreementHash: agreementHash(whole),
    agreementId: whole.id,
    version: whole.version,
    terms: whole,
    evaluator: whole.evaluator,
    quantity: whole.quantity,
    channel: 'quality',
    status: 'accepted',
    paused: false,
    pausedOnLedger: false,
    reason: null,
    createdAt: Date.now(),
    recordedAt: Date.now(),
    decidedAt: Date.now(),
    ...row,
  };
}

let agreements = 0;

function agreementId(): string {
  return `${String(++agreements).padStart(21, '0')}A`;
}

/** Jobs that are done when the test says so. */
class JobsByHand {
  readonly #kinds = new Map<string, JobKind<unknown>>();
  readonly #jobs: { kind: string; payload: unknown }[] = [];

  constructor(private readonly database: Database) {}

  register(kind: string, definition: JobKind<unknown>): void {
    this.#kinds.set(kind, definition);
  }

  async add(_em: unknown, kind: string, _key: string, payload: unknown): Promise<void> {
    this.#jobs.push({ kind, payload });
  }

  async work(): Promise<void> {
    for (let job = this.#jobs.shift(); job; job = this.#jobs.shift()) {
      const completion = await this.#complete(job.kind, job.payload);
      await this.database.transaction(completion);
    }
  }

  #complete(kind: string, payload: unknown): Promise<Completion> {
    const definition = this.#kinds.get(kind);
    if (!definition) throw new Error(`no such kind of job: ${kind}`);
    const job = { id: 1, kind, key: '', payload, attempts: 0, createdAt: 0 };
    return definition.handle(job, new AbortController().signal);
  }
}
