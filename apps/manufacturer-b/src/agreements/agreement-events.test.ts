import type { JobQueue, LedgerEvents, Submission, SubmissionHooks, Submissions } from '@tacit/company';
import type { LedgerCall, LedgerError, LedgerEvent, SubmitResult } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import { AgreementEntity } from '../entities/agreement.entity';
import { RENEW_PAIRS } from '../publishing/renewal-job';
import { agreementRow, TestReadings } from '../readings/readings.fixture';
import { AgreementEvents } from './agreement-events';

type Handler = (em: EntityManager, event: LedgerEvent) => Promise<void>;

describe('agreements follow their channel', () => {
  let company: TestReadings;
  let handlers: Map<string, Handler>;
  let hooks: Map<string, SubmissionHooks>;
  let submitted: Pick<Submission, 'name' | 'key'>[];
  let jobs: { readonly kind: string; readonly payload: object }[];

  beforeEach(async () => {
    company = await TestReadings.open();
    handlers = new Map();
    hooks = new Map();
    submitted = [];
    jobs = [];
    const queue = {
      add: async (_em: EntityManager, kind: string, _key: string, payload: object) => {
        jobs.push({ kind, payload });
      },
    };
    const events = { on: (_purpose: string, name: string, handler: Handler) => handlers.set(name, handler) };
    const submissions = {
      on: (name: string, hook: SubmissionHooks) => hooks.set(name, hook),
      add: async (_em: EntityManager, { name, key }: Submission) => {
        submitted.push({ name, key });
      },
    };
    new AgreementEvents(
      events as unknown as LedgerEvents,
      queue as unknown as JobQueue,
      submissions as unknown as Submissions,
    );
  });
  afterEach(async () => {
    await company.close();
  });

  const happens = (name: string, payload: unknown): Promise<void> =>
    company.database.transaction((em) =>
      handlers.get(name)!(em, { name, payload, timestamp: 1_000 } as LedgerEvent),
    );
  const lands = (name: string, agreementHash: string): Promise<void> =>
    company.database.transaction((em) =>
      hooks.get(name)!.submitted!(em, { name, input: { agreementHash } } as LedgerCall, {} as SubmitResult),
    );
  const find = (agreementHash: string): Promise<AgreementEntity> =>
    company.database.read((em) => em.findOneByOrFail(AgreementEntity, { agreementHash }));
  const successor = ({ terms, agreementHash }: AgreementEntity): AgreementEntity =>
    agreementRow({ ...terms, version: 2, supersedes: agreementHash }, { status: 'proposed' });

  it('accepts, declines and records', async () => {
    const one = await company.agree({}, { status: 'proposed', recordedAt: null });
    const two = await company.agree({}, { status: 'proposed', recordedAt: null });
    await happens('AgreementProposed', { agreementHash: one.agreementHash });
    await happens('AgreementAccepted', { agreementHash: one.agreementHash, supersedes: null });
    await happens('AgreementDeclined', { agreementHash: two.agreementHash, reason: 'too dear' });
    expect(await find(one.agreementHash)).toMatchObject({
      status: 'accepted',
      recordedAt: 1_000,
      decidedAt: 1_000,
    });
    expect(await find(two.agreementHash)).toMatchObject({ status: 'declined', reason: 'too dear' });
  });

  it('leaves agreements alone that it does not know', async () => {
    await company.agree();
    await happens('AgreementAccepted', { agreementHash: 'foreign', supersedes: null });
    await happens('AgreementProposed', { agreementHash: 'foreign' });
    expect(await company.database.read((em) => em.countBy(AgreementEntity, { status: 'accepted' }))).toBe(1);
    expect(submitted).toEqual([]);
  });

  it('lets only the latest proposal stand', async () => {
    const old = await company.agree({}, { status: 'proposed' });
    const next = agreementRow({ ...old.terms, version: 2 }, { status: 'proposed' });
    await company.database.transaction((em) => em.insert(AgreementEntity, next));
    await happens('AgreementProposed', { agreementHash: next.agreementHash });
    expect(await find(old.agreementHash)).toMatchObject({ status: 'superseded' });
    expect(await find(next.agreementHash)).toMatchObject({ status: 'proposed' });
  });

  it('keeps a pause when the partner accepts a version that was proposed before it', async () => {
    const old = await company.agree({}, { paused: true });
    const next = successor(old);
    await company.database.transaction((em) => em.insert(AgreementEntity, next));
    await happens('AgreementAccepted', { agreementHash: next.agreementHash, supersedes: old.agreementHash });
    expect(await find(old.agreementHash)).toMatchObject({ status: 'superseded' });
    expect(await find(next.agreementHash)).toMatchObject({ status: 'accepted', paused: true });
    expect(submitted).toEqual([{ name: 'pauseAgreement', key: next.agreementHash }]);
  });

  it('has the pairs made anew that were not published when a version was superseded', async () => {
    const old = await company.agree();
    const next = successor(old);
    await company.database.transaction((em) => em.insert(AgreementEntity, next));
    await happens('AgreementAccepted', { agreementHash: next.agreementHash, supersedes: old.agreementHash });
    expect(jobs).toEqual([{ kind: RENEW_PAIRS, payload: { agreementHash: old.agreementHash } }]);
  });

  it('ends where it was decided last, whichever of pause and resumption lands last', async () => {
    const { agreementHash } = await company.agree({}, { paused: false });
    await lands('resumeAgreement', agreementHash);
    expect(submitted).toEqual([]);
    await lands('pauseAgreement', agreementHash);
    expect(submitted).toEqual([{ name: 'resumeAgreement', key: agreementHash }]);
  });

  it('shows what the channel says about a pause beside what was decided', async () => {
    const { agreementHash } = await company.agree({}, { paused: true });
    await happens('AgreementPaused', { agreementHash, paused: true });
    expect(await find(agreementHash)).toMatchObject({ paused: true, pausedOnLedger: true });
  });

  it('marks a proposal that the contract refuses, with its reason', async () => {
    const { terms, agreementHash } = await company.agree({}, { status: 'proposed' });
    const error = { code: 'refused', contractCode: 'stale-version', message: 'why' } as LedgerError;
    await company.database.transaction((em) =>
      hooks.get('proposeAgreement')!.refused!(em, { input: terms } as unknown as LedgerCall, error),
    );
    expect(await find(agreementHash)).toMatchObject({ status: 'refused', reason: 'stale-version: why' });
  });
});
