import { Injectable } from '@nestjs/common';
import { JobQueue, LedgerEvents, Submissions } from '@tacit/company';
import type { LedgerCall, LedgerError, LedgerEvent } from '@tacit/ledger';
import { LessThan, type EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { addRenewal } from '../publishing/renewal-job';
import { submitPause } from './agreements.service';

/**
 * Keeps this company's agreements in step with its channels. Events of agreements that another company holds the
 * keys of are not this application's business and change nothing.
 */
@Injectable()
export class AgreementEvents {
  constructor(
    events: LedgerEvents,
    private readonly queue: JobQueue,
    private readonly submissions: Submissions,
  ) {
    events.on('quality', 'AgreementProposed', recordProposal);
    events.on('quality', 'AgreementAccepted', (em, event) => this.#recordAcceptance(em, event));
    events.on('quality', 'AgreementDeclined', recordDecline);
    events.on('quality', 'AgreementPaused', recordPause);
    submissions.on('proposeAgreement', { refused: recordRefusal });
    const settle = (em: EntityManager, call: LedgerCall): Promise<void> => this.#settlePause(em, call);
    submissions.on('pauseAgreement', { submitted: settle, refused: settle });
    submissions.on('resumeAgreement', { submitted: settle, refused: settle });
  }

  async #recordAcceptance(em: EntityManager, { payload, timestamp }: LedgerEvent): Promise<void> {
    const { agreementHash, supersedes } = payload as { agreementHash: string; supersedes: string | null };
    const agreement = await em.findOneBy(AgreementEntity, { agreementHash });
    if (!agreement) return;
    const replaced =
      supersedes === null ? null : await em.findOneBy(AgreementEntity, { agreementHash: supersedes });
    if (replaced) {
      await em.update(AgreementEntity, { agreementHash: replaced.agreementHash }, { status: 'superseded' });
      await addRenewal(this.queue, em, replaced.agreementHash, `superseded:${replaced.agreementHash}`);
    }
    // Accepting a version that was proposed earlier must not undo a pause: it holds until it is resumed.
    const paused = replaced?.paused ?? false;
    await em.update(AgreementEntity, { agreementHash }, { status: 'accepted', decidedAt: timestamp, paused });
    if (paused)
      await submitPause(em, this.submissions, { channel: agreement.channel, agreementHash, paused });
  }

  /**
   * A pause and a resumption may reach the channel in either order, so each looks again at what was decided last. A
   * refusal means that the version is not in force any more; then the pause lives on in its successor.
   */
  async #settlePause(em: EntityManager, call: LedgerCall): Promise<void> {
    const { agreementHash } = call.input as { agreementHash: string };
    const agreement = await em.findOneBy(AgreementEntity, { agreementHash });
    if (agreement?.status !== 'accepted') return;
    const submitted = call.name === 'pauseAgreement';
    if (submitted !== agreement.paused) await submitPause(em, this.submissions, agreement);
  }
}

async function recordProposal(em: EntityManager, { payload, timestamp }: LedgerEvent): Promise<void> {
  const { agreementHash } = payload as { agreementHash: string };
  const agreement = await em.findOneBy(AgreementEntity, { agreementHash });
  if (!agreement) return;
  const { agreementId, version } = agreement;
  await em.update(AgreementEntity, { agreementHash }, { recordedAt: timestamp });
  // The contract lets only the latest proposal be accepted.
  await em.update(
    AgreementEntity,
    { agreementId, version: LessThan(version), status: 'proposed' },
    { status: 'superseded' },
  );
}

async function recordDecline(em: EntityManager, { payload, timestamp }: LedgerEvent): Promise<void> {
  const { agreementHash, reason } = payload as { agreementHash: string; reason: string };
  const changes = { status: 'declined', reason, decidedAt: timestamp } as const;
  await em.update(AgreementEntity, { agreementHash }, changes);
}

async function recordPause(em: EntityManager, { payload }: LedgerEvent): Promise<void> {
  const { agreementHash, paused } = payload as { agreementHash: string; paused: boolean };
  await em.update(AgreementEntity, { agreementHash }, { pausedOnLedger: paused });
}

async function recordRefusal(em: EntityManager, call: LedgerCall, error: LedgerError): Promise<void> {
  const { id, version } = call.input as { id: string; version: number };
  const reason = `${error.contractCode ?? error.code}: ${error.message}`.slice(0, 500);
  await em.update(
    AgreementEntity,
    { agreementId: id, version, status: 'proposed' },
    { status: 'refused', reason },
  );
}
