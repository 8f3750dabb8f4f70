// For tests: the application's database in a temporary folder, with everything around it in the test's hands.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Database,
  type CompanyConfig,
  type Completion,
  type Inbox,
  type JobKind,
  type JobQueue,
  type LedgerEvents,
  type Log,
  type Mailer,
  type OutgoingMessage,
  type Submission,
  type SubmissionHooks,
  type Submissions,
} from '@tacit/company';
import { agreementHash, type Agreement } from '@tacit/comparison';
import { toBase64url } from '@tacit/core';
import type { LedgerError } from '@tacit/ledger';
import type { MessageType } from '@tacit/messaging';
import pino from 'pino';
import type { EntityManager } from 'typeorm';
import type { Alarms } from './alarms';
import type { ComparingThreads } from './comparing/comparing-threads';
import { Comparisons } from './comparing/comparisons';
import { ENTITIES } from './entities';
import { AgreementEntity } from './entities/agreement.entity';
import { ComparisonEntity, HistoryEntity } from './entities/comparison.entity';
import { PairEntity } from './entities/pair.entity';
import { PriceEntity } from './entities/price.entity';
import type { LedgerReader } from './ledger-reader';
import { settingsSchema, type Settings } from './settings';

export const silentLog: Log = pino({ level: 'silent' });

export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

export function hashOf(fill: number): string {
  return toBase64url(new Uint8Array(32).fill(fill));
}

type Handler = (em: EntityManager, event: object) => Promise<void>;
type Receiver = (message: object) => Promise<Completion>;
type FailureHandler = (em: EntityManager, message: object, reason: string) => Promise<void>;

interface RecordedJob {
  readonly kind: string;
  readonly key: string;
  readonly payload: object;
  readonly notBefore: number | undefined;
}

/** One company without network, ledger and threads: what it would do is recorded, what happens to it is said. */
export class TestCompany {
  readonly jobs: RecordedJob[] = [];
  readonly submitted: Submission[] = [];
  readonly sent: OutgoingMessage<MessageType>[] = [];
  readonly alarmed: string[] = [];
  /** Results of ledger queries, by name. */
  readonly answers = new Map<string, unknown>();
  /** Results of tasks in threads, by name. */
  readonly results = new Map<string, unknown>();

  readonly config = {
    company: 'ManufacturerA',
    settings: settingsSchema.parse({}),
  } as CompanyConfig<Settings>;

  readonly #kinds = new Map<string, JobKind<object>>();
  readonly #hooks = new Map<string, SubmissionHooks>();
  readonly #handlers = new Map<string, Handler>();
  readonly #receivers = new Map<string, Receiver>();
  readonly #failures = new Map<string, FailureHandler>();

  private constructor(
    private readonly stateDir: string,
    readonly database: Database,
  ) {}

  static async open(): Promise<TestCompany> {
    const stateDir = mkdtempSync(join(tmpdir(), 'tacit-a-'));
    return new TestCompany(stateDir, await Database.open({ stateDir, entities: ENTITIES }));
  }

  async close(): Promise<void> {
    await this.database.close();
    rmSync(this.stateDir, { recursive: true, force: true });
  }

  readonly queue = {
    register: (kind: string, definition: JobKind<object>) => this.#kinds.set(kind, definition),
    add: async (
      _em: unknown,
      kind: string,
      key: string,
      payload: object,
      options?: { notBefore?: number },
    ) => {
      if (this.jobs.some((job) => job.kind === kind && job.key === key)) return;
      this.jobs.push({ kind, key, payload, notBefore: options?.notBefore });
    },
  } as unknown as JobQueue;

  readonly submissions = {
    on: (name: string, hooks: SubmissionHooks) => this.#hooks.set(name, hooks),
    add: async (_em: unknown, submission: Submission) => this.submitted.push(submission),
  } as unknown as Submissions;

  readonly events = {
    on: (_purpose: string, name: string, handler: Handler) => this.#handlers.set(name, handler),
  } as unknown as LedgerEvents;

  readonly inbox = {
    on: (type: string, receive: Receiver) => this.#receivers.set(type, receive),
    find: async (_em: unknown, sender: string, id: string) => ({ jws: `${sender}/${id}` }),
  } as unknown as Inbox;

  /** Sealed payloads are opened by pretending that they are their content. */
  readonly mailer = {
    onFailed: (type: string, hook: FailureHandler) => this.#failures.set(type, hook),
    prepare: async (_em: unknown, message: OutgoingMessage<MessageType>) => {
      this.sent.push(message);
      return randomId();
    },
    sent: async (_em: unknown, id: string) => ({ jws: `own/${id}`, state: 'accepted' }),
    open: async (_type: string, { payload }: { payload: unknown }) => payload,
  } as unknown as Mailer;

  readonly reader = {
    read: async (_channel: string, name: string) => this.answers.get(name),
  } as unknown as LedgerReader;

  readonly threads = {
    run: async (name: string) => this.results.get(name),
  } as unknown as ComparingThreads;

  readonly alarms = {
    raise: (reason: string) => this.alarmed.push(reason),
  } as unknown as Alarms;

  readonly comparisons = new Comparisons(this.queue, silentLog);

  /** Does a job once, as the queue would. */
  async run(kind: string, payload: object): Promise<void> {
    const definition = this.#kinds.get(kind);
    if (definition === undefined) throw new Error(`no such kind: ${kind}`);
    const job = { id: 1, kind, key: 'test', payload, attempts: 0, createdAt: 0 };
    const completion = await definition.handle(job, new AbortController().signal);
    await this.database.transaction(completion);
  }

  /** The queue gives a job up. */
  async die(kind: string, payload: object): Promise<void> {
    const job = { id: 1, kind, key: 'test', payload, attempts: 8, createdAt: 0 };
    await this.database.transaction(async (em) =>
      this.#kinds.get(kind)?.onDead?.(em, job, new Error('again and again')),
    );
  }

  async submit(submission: Submission, result: unknown): Promise<void> {
    const hooks = this.#hooks.get(submission.name);
    await this.database.transaction(async (em) =>
      hooks?.submitted?.(em, submission, { txId: 'tx', block: 1, result }),
    );
  }

  async refuse(submission: Submission, contractCode: string): Promise<void> {
    const hooks = this.#hooks.get(submission.name);
    const error = { code: 'refused', contractCode, message: contractCode } as LedgerError;
    await this.database.transaction(async (em) => hooks?.refused?.(em, submission, error));
  }

  async emit(name: string, payload: object): Promise<void> {
    const event = { channel: 'quality', name, payload, timestamp: 1, checkpoint: randomId() };
    await this.database.transaction(async (em) => this.#handlers.get(name)?.(em, event));
  }

  async receive(type: MessageType, message: object): Promise<void> {
    const receiver = this.#receivers.get(type);
    if (receiver === undefined) throw new Error(`no receiver of ${type}`);
    const completion = await receiver({ type, id: randomId(), to: 'ManufacturerA', ...message });
    await this.database.transaction(completion);
  }

  async fail(type: MessageType, id: string, reason: 'refused' | 'expired'): Promise<void> {
    await this.database.transaction(async (em) => this.#failures.get(type)?.(em, { id }, reason));
  }

  /** A comparison with its pair, agreement and price, brought to what `changes` say. */
  async addComparison(changes: Partial<ComparisonEntity> = {}): Promise<ComparisonEntity> {
    const agreement = agreementRow();
    const pair = pairRow({ agreementHash: agreement.agreementHash, agreementId: agreement.agreementId });
    return this.database.transaction(async (em) => {
      await em.insert(AgreementEntity, agreement);
      await em.insert(PairEntity, pair);
      await em.save(PriceEntity, PRICE_ROW);
      const comparison = await this.comparisons.create(em, pair, PRICE);
      return em.save(ComparisonEntity, Object.assign(comparison, changes));
    });
  }

  read(id: string): Promise<ComparisonEntity> {
    return this.database.read((em) => em.findOneByOrFail(ComparisonEntity, { id }));
  }

  async historyOf(comparisonId: string): Promise<string[]> {
    const history = await this.database.read((em) =>
      em.find(HistoryEntity, { where: { comparisonId }, order: { id: 'ASC' } }),
    );
    return history.map(({ state }) => state);
  }
}

export const PRICE = { minorUnits: 250, currency: 'EUR' };
const PRICE_ROW = { servicer: 'ServicerS', channel: 'sales', ...PRICE };

function agreementRow(): AgreementEntity {
  const terms: Agreement = {
    id: randomId(),
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
    answerBudget: 12,
    expiresAt: Date.now() + 1_000_000,
  };
  return {
    agreementHash: agreementHash(terms),
    agreementId: terms.id,
    version: 1,
    terms,
    channel: 'quality',
    status: 'accepted',
    paused: false,
    reason: null,
    decision: null,
    decisionRefused: null,
    proposedAt: 1,
  };
}

function pairRow(changes: Partial<PairEntity>): PairEntity {
  return {
    pairId: randomId(),
    agreementHash: hashOf(0),
    agreementId: randomId(),
    channel: 'quality',
    keyHolder: 'ManufacturerB',
    servicer: 'ServicerS',
    quantity: 'moisture',
    measure: 'magnitude',
    profile: 'paillier-3072',
    bits: 32,
    sequenceX: 1,
    sequenceY: 2,
    takenAtX: Date.UTC(2026, 0, 31),
    takenAtY: Date.UTC(2026, 1, 28),
    lotRefX: hashOf(1),
    lotRefY: hashOf(2),
    supersedes: null,
    supersededBy: null,
    keyId: hashOf(3),
    publicKey: 'AAAA',
    wHash: hashOf(4),
    recordHash: hashOf(5),
    flaw: null,
    publishedAt: 1,
    ...changes,
  };
}
