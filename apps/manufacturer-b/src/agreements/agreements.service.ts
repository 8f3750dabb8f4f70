import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  Partners,
  ProblemException,
  readCursor,
  Submissions,
  toPage,
  type CompanyConfig,
  type Page,
} from '@tacit/company';
import { agreementHash, ComparisonError, parseAgreement, type Agreement } from '@tacit/comparison';
import { toBase64url } from '@tacit/core';
import { Brackets, type EntityManager } from 'typeorm';
import { agreementUse } from '../disclosure/agreement-budget';
import { AgreementEntity } from '../entities/agreement.entity';
import { isPublishedProfile, PUBLISHED_PROFILES } from '../readings/publishing-cost';
import { parseTime } from '../readings/reading-fields';
import { stateOf, viewAgreement } from './agreement-view';
import type {
  AgreementDetailView,
  AgreementsQuery,
  AgreementView,
  ProposeAgreementBody,
} from './agreement.dto';

/** Proposing, reading and pausing agreements; what the partner decides arrives as events. */
@Injectable()
export class AgreementsService {
  constructor(
    private readonly database: Database,
    private readonly submissions: Submissions,
    private readonly partners: Partners,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig,
  ) {}

  /** Stores a proposal and has it submitted. @throws ProblemException */
  async propose(body: ProposeAgreementBody): Promise<AgreementView> {
    if (!isPublishedProfile(body.profile)) {
      throw new ProblemException('profile-refused', {
        detail: `profile must be one of ${PUBLISHED_PROFILES.join(', ')}`,
      });
    }
    const now = Date.now();
    const expiresAt = parseTime(body.expiresAt);
    if (expiresAt === undefined || expiresAt <= now) {
      throw invalid('expiresAt', 'must be a UTC time in the future, such as 2036-12-31T00:00:00.000Z');
    }
    const channel = await this.partners.channel(body.evaluator, 'quality');
    await this.partners.channel(body.servicer, 'xor');
    return this.database.transaction(async (em) => {
      const place = await nextVersion(em, body);
      const terms = this.#terms(body, place, expiresAt);
      const hash = agreementHash(terms);
      const entity: AgreementEntity = {
        agreementHash: hash,
        agreementId: terms.id,
        version: terms.version,
        terms,
        evaluator: terms.evaluator,
        quantity: terms.quantity,
        channel,
        status: 'proposed',
        paused: false,
        pausedOnLedger: false,
        reason: null,
        createdAt: now,
        recordedAt: null,
        decidedAt: null,
      };
      // The same terms again after the contract refused them: the same hash, the same row.
      await em.save(AgreementEntity, entity);
      await this.submissions.add(em, { channel, name: 'proposeAgreement', input: terms, key: hash });
      return this.#view(em, entity);
    });
  }

  /** Every version, the latest first. */
  async list(query: AgreementsQuery): Promise<Page<AgreementView>> {
    const cursor = readCursor(query, 'number', 'string');
    return this.database.read(async (em) => {
      const builder = em
        .createQueryBuilder(AgreementEntity, 'a')
        .where(query.quantity === undefined ? {} : { quantity: query.quantity })
        .orderBy('a.createdAt', 'DESC')
        .addOrderBy('a.agreementHash', 'DESC')
        .take(query.limit + 1);
      if (cursor) {
        const [createdAt, hash] = cursor;
        builder.andWhere(
          new Brackets((where) =>
            where
              .where('a.createdAt < :createdAt', { createdAt })
              .orWhere('a.createdAt = :createdAt AND a.agreementHash < :hash', { hash }),
          ),
        );
      }
      const rows = await builder.getMany();
      const use = await agreementUse(em, rows);
      const now = Date.now();
      return toPage(
        rows,
        query,
        ({ createdAt, agreementHash: hash }) => [createdAt, hash],
        (row) => viewAgreement(row, use.get(row.agreementId), now),
      );
    });
  }

  /** The version in force, or else the latest, with all versions. @throws ProblemException `not-found` */
  async get(agreementId: string): Promise<AgreementDetailView> {
    return this.database.read(async (em) => {
      const versions = await versionsOf(em, agreementId);
      const shown = versions.find(({ status }) => status === 'accepted') ?? versions[0];
      if (!shown) throw unknownAgreement();
      const now = Date.now();
      return Object.assign(await this.#view(em, shown), {
        versions: versions.map((version) => ({
          version: version.version,
          agreementHash: version.agreementHash,
          status: stateOf(version, now),
        })),
      });
    });
  }

  /**
   * Stops, or takes up again, answering under an agreement: at once in this company, on the channel soon after.
   * @throws ProblemException `not-found`, `agreement-not-active`
   */
  async setPaused(agreementId: string, paused: boolean): Promise<AgreementView> {
    return this.database.transaction(async (em) => {
      const versions = await versionsOf(em, agreementId);
      if (versions.length === 0) throw unknownAgreement();
      const accepted = versions.find(({ status }) => status === 'accepted');
      if (!accepted) {
        throw new ProblemException('agreement-not-active', {
          detail: 'the agreement has no accepted version',
        });
      }
      if (accepted.paused !== paused) {
        accepted.paused = paused;
        await em.save(AgreementEntity, accepted);
        await submitPause(em, this.submissions, accepted);
      }
      return this.#view(em, accepted);
    });
  }

  #terms(body: ProposeAgreementBody, place: VersionPlace, expiresAt: number): Agreement {
    const { evaluator, servicer, quantity, unit, scale, offset, bits, profile, measure, answerBudget } = body;
    try {
      return parseAgreement({
        ...place,
        keyHolder: this.config.company,
        evaluator,
        servicer,
        quantity,
        unit,
        scale,
        offset,
        bits,
        profile,
        measure,
        answerBudget,
        expiresAt,
      });
    } catch (error) {
      if (!(error instanceof ComparisonError)) throw error;
      throw new ProblemException('validation-failed', { detail: error.message, cause: error });
    }
  }

  async #view(em: EntityManager, entity: AgreementEntity): Promise<AgreementView> {
    const use = await agreementUse(em, [entity]);
    return viewAgreement(entity, use.get(entity.agreementId), Date.now());
  }
}

type VersionPlace = Pick<Agreement, 'id' | 'version' | 'supersedes'>;

/** Tells the channel what this company has decided. */
export function submitPause(
  em: EntityManager,
  submissions: Submissions,
  { channel, agreementHash: hash, paused }: Pick<AgreementEntity, 'channel' | 'agreementHash' | 'paused'>,
): Promise<void> {
  const name = paused ? 'pauseAgreement' : 'resumeAgreement';
  return submissions.add(em, { channel, name, input: { agreementHash: hash }, key: hash });
}

/** The latest first, with those that the contract refused, which never were versions. */
async function versionsOf(em: EntityManager, agreementId: string): Promise<AgreementEntity[]> {
  return em.find(AgreementEntity, {
    where: { agreementId },
    order: { version: 'DESC', createdAt: 'DESC' },
  });
}

/** @throws ProblemException when there is no such agreement, or it cannot have a next version now */
async function nextVersion(em: EntityManager, body: ProposeAgreementBody): Promise<VersionPlace> {
  if (body.supersedes === undefined) {
    return { id: toBase64url(randomBytes(16)), version: 1, supersedes: null };
  }
  const versions = await versionsOf(em, body.supersedes);
  const [first] = versions;
  if (!first) throw unknownAgreement();
  if (first.evaluator !== body.evaluator || first.quantity !== body.quantity) {
    throw new ProblemException('conflict', {
      detail: 'a new version keeps the evaluator and the quantity',
      next: 'Propose an agreement of its own, without supersedes.',
    });
  }
  const taken = versions.filter(({ status }) => status !== 'refused');
  if (taken.some(({ status, recordedAt }) => status === 'proposed' && recordedAt === null)) {
    throw new ProblemException('conflict', {
      detail: 'the version before has not reached the channel yet',
      next: 'Try again when GET /agreements/{id} shows a recordedAt.',
    });
  }
  return {
    id: body.supersedes,
    version: (taken[0]?.version ?? 0) + 1,
    supersedes: taken.find(({ status }) => status === 'accepted')?.agreementHash ?? null,
  };
}

function unknownAgreement(): ProblemException {
  return new ProblemException('not-found', {
    detail: 'no agreement has this id',
    next: 'Choose an agreement of GET /agreements.',
  });
}

function invalid(path: string, message: string): ProblemException {
  return new ProblemException('validation-failed', {
    detail: '1 field is not acceptable',
    errors: [{ path, message: `${path} ${message}` }],
  });
}
