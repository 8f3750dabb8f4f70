import { Injectable } from '@nestjs/common';
import { Database, ProblemException, Submissions } from '@tacit/company';
import { MoreThan, type EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';

/** What key holders proposed to this company, and its decisions. */
@Injectable()
export class Agreements {
  constructor(
    private readonly database: Database,
    private readonly submissions: Submissions,
  ) {
    for (const name of ['acceptAgreement', 'declineAgreement']) {
      submissions.on(name, {
        refused: async (em, call, error) => {
          const { agreementHash } = call.input as { agreementHash: string };
          await em.update(
            AgreementEntity,
            { agreementHash, status: 'proposed' },
            { decision: null, decisionRefused: error.message },
          );
        },
      });
    }
  }

  /** In the order in which they were proposed, every version by itself. */
  list(limit: number, after?: readonly [proposedAt: number, hash: string]): Promise<AgreementEntity[]> {
    const where =
      after === undefined
        ? {}
        : [{ proposedAt: MoreThan(after[0]) }, { proposedAt: after[0], agreementHash: MoreThan(after[1]) }];
    return this.database.read((em) =>
      em.find(AgreementEntity, { where, order: { proposedAt: 'ASC', agreementHash: 'ASC' }, take: limit }),
    );
  }

  /** The latest version. @throws ProblemException `not-found` */
  get(agreementId: string): Promise<AgreementEntity> {
    return this.database.read((em) => latest(em, agreementId));
  }

  /** Decides about the latest version; a decision that stands already is not made again. */
  async decide(
    agreementId: string,
    decision: 'accept' | 'decline',
    reason?: string,
  ): Promise<AgreementEntity> {
    return this.database.transaction(async (em) => {
      const agreement = await latest(em, agreementId);
      const { agreementHash, channel, terms } = agreement;
      const wanted = decision === 'accept' ? 'accepted' : 'declined';
      if (agreement.status === wanted || agreement.decision === decision) return agreement;
      if (agreement.decision !== null) {
        throw new ProblemException('conflict', {
          detail: `the agreement is already on its way to be ${agreement.decision}ed`,
          next: 'Wait until GET /agreements/{id} shows the result.',
        });
      }
      if (agreement.status !== 'proposed' || terms.expiresAt <= Date.now()) {
        const state = agreement.status === 'proposed' ? 'expired' : agreement.status;
        throw new ProblemException('agreement-not-active', { detail: `the agreement is ${state}` });
      }
      const changes = { decision, decisionRefused: null };
      await em.update(AgreementEntity, { agreementHash }, changes);
      await this.submissions.add(em, {
        channel,
        name: decision === 'accept' ? 'acceptAgreement' : 'declineAgreement',
        input: reason === undefined ? { agreementHash } : { agreementHash, reason },
        key: agreementHash,
      });
      return Object.assign(agreement, changes);
    });
  }
}

async function latest(em: EntityManager, agreementId: string): Promise<AgreementEntity> {
  const [newest] = await em.find(AgreementEntity, {
    where: { agreementId },
    order: { version: 'DESC' },
    take: 1,
  });
  if (!newest) {
    throw new ProblemException('not-found', {
      detail: 'no agreement with this identifier was proposed to this company',
      next: 'Choose an agreement of GET /agreements.',
    });
  }
  return newest;
}
