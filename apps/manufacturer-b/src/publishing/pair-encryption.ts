import {
  AtRest,
  COMPANY_CONFIG,
  Database,
  fault,
  JobQueue,
  LOG,
  Partners,
  ProblemException,
  registerFault,
  WaitingError,
  type CompanyConfig,
  type Completion,
  type Log,
} from '@tacit/company';
import { comparedValues, encodeReading } from '@tacit/comparison';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { openReading } from '../readings/sealed-reading';
import { ENCRYPT_PAIR, KeyStock, type EncryptPairJob } from './key-stock';
import { pairRecords, type PairSources } from './pair-records';
import { Publication } from './publication';
import { EncryptionThreads } from './threads';

/** Between marking the key as used and storing what it encrypted. */
const KEY_TAKEN = 'pair.encrypt.key-taken';

/** The job that turns a queued pair and its key into this company's own publication. */
@Injectable()
export class PairEncryption {
  constructor(
    queue: JobQueue,
    private readonly database: Database,
    private readonly stock: KeyStock,
    private readonly threads: EncryptionThreads,
    private readonly publication: Publication,
    private readonly partners: Partners,
    private readonly atRest: AtRest,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
    @Inject(LOG) private readonly log: Log,
  ) {
    queue.register<EncryptPairJob>(ENCRYPT_PAIR, {
      concurrency: 2,
      handle: ({ payload }) => this.#encrypt(payload),
      onDead: (em, { payload }) => this.#giveUp(em, payload, 'encryption-failed'),
    });
    registerFault(KEY_TAKEN);
  }

  async #encrypt(job: EncryptPairJob): Promise<Completion> {
    const sources = await this.database.read((em) => this.#load(em, job));
    if (sources === null) return (em) => this.stock.release(em, job);
    if (sources.pair.expiresAt <= Date.now()) return (em) => this.#giveUp(em, job, 'agreement-expired');
    const values = this.#values(sources);
    const xorChannel = await this.#xorChannel(sources.pair.servicer);

    const key = await this.stock.take(job);
    if (key === null) {
      this.log.warn(job, 'a key was destroyed: its last use was interrupted');
      return async () => {};
    }
    fault(KEY_TAKEN);
    const { pairId, profile, bits } = sources.pair;
    const { keyProof, ...material } = key;
    const encrypted = await this.threads.run('encrypt', { profile, ...material, pairId, bits, ...values });
    const records = pairRecords(this.config.company, sources, encrypted, keyProof);
    return async (em) => {
      if (!(await em.existsBy(PairEntity, { ...job, state: 'queued' }))) {
        await this.stock.release(em, job);
        return;
      }
      await this.stock.destroyNonceFactors(em, job.keyId);
      await this.publication.store(em, sources.pair, xorChannel, records);
    };
  }

  async #load(em: EntityManager, { pairId, keyId }: EncryptPairJob): Promise<PairSources | null> {
    const pair = await em.findOneBy(PairEntity, { pairId, keyId, state: 'queued' });
    if (!pair) return null;
    const [agreement, x, y] = await Promise.all([
      em.findOneByOrFail(AgreementEntity, { agreementHash: pair.agreementHash }),
      em.findOneByOrFail(ReadingEntity, { id: pair.readingX }),
      em.findOneByOrFail(ReadingEntity, { id: pair.readingY }),
    ]);
    return { pair, agreement, x, y };
  }

  /** The compared integers as decimal text. @throws ComparisonError for a reading that the terms cannot encode. */
  #values({ agreement: { terms }, x, y }: PairSources): { readonly x: string; readonly y: string } {
    const [earlier, later] = [x, y].map((reading) =>
      encodeReading(openReading(this.atRest, reading).value, terms),
    );
    const values = comparedValues(terms.measure, earlier ?? 0n, later ?? 0n);
    return { x: values.x.toString(), y: values.y.toString() };
  }

  /** @throws WaitingError until the servicer is a partner with a channel for XOR records */
  async #xorChannel(servicer: string): Promise<string> {
    try {
      return await this.partners.channel(servicer, 'xor');
    } catch (cause) {
      if (cause instanceof ProblemException) throw new WaitingError(servicer, cause.message, { cause });
      throw cause;
    }
  }

  async #giveUp(em: EntityManager, job: EncryptPairJob, reason: string): Promise<void> {
    const { pairId, keyId } = job;
    await em.update(PairEntity, { pairId, keyId, state: 'queued' }, { state: 'failed', reason });
    await this.stock.release(em, job);
  }
}
