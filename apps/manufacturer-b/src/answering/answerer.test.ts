import { setTimeout as sleep } from 'node:timers/promises';
import { JobEntity, Metrics, REFUSAL_DELAY, Submissions, type Mailer } from '@tacit/company';
import { expectedQuestion, openQualityRecord, verifyAnswer, type Answer } from '@tacit/comparison';
import { fromBase64url, parseCanonical, toBase64url } from '@tacit/core';
import { LedgerError, type Ledger, type LedgerCall } from '@tacit/ledger';
import { REFUSAL, type AnswerRequest } from '@tacit/messaging';
import { paillierProfile, paillierScheme } from '@tacit/paillier';
import { QuantityBudget } from '../disclosure/quantity-budget';
import { AgreementEntity } from '../entities/agreement.entity';
import { AnswerEntity } from '../entities/answer.entity';
import { BudgetEntity } from '../entities/budget.entity';
import { PairEntity } from '../entities/pair.entity';
import { ReadingEntity } from '../entities/reading.entity';
import { RequestEntity } from '../entities/request.entity';
import { StockedKeyEntity } from '../entities/stocked-key.entity';
import { encrypt } from '../publishing/encryption.worker';
import { ENCRYPT_PAIR, KeyStock } from '../publishing/key-stock';
import { pairRecords, type PairRecords } from '../publishing/pair-records';
import { makeTestKey, pairRows, randomId, silentLog, TestState, type PairRows } from '../company.fixture';
import { AnswerProofs } from './answer-proofs';
import { Answerer } from './answerer';
import * as worker from './answering.worker';
import { CrossCheck } from './cross-check';
import { GivenAnswers } from './given-answers';
import { QuestionChecks } from './question-checks';
import type { RefusalReason } from './refusal-reason';
import { Refusals } from './refusals';
import { RequestReceiver } from './request-receiver';

const key = makeTestKey(8);
const scheme = paillierScheme(paillierProfile(key.profile));

interface Prepared {
  readonly type: string;
  readonly to: string;
  readonly payload: unknown;
  readonly inReplyTo: string;
  readonly at: number;
}

/** Messages come this long after their arrival, milliseconds, so that the tests need not wait for the refusals. */
const ALREADY_WAITED = 800;

type Receive = (message: object) => Promise<(em: never) => Promise<void>>;

/** Manufacturer-B with one published pair, asked by messages that have been verified. */
class AskedCompany {
  readonly prepared: Prepared[] = [];
  readonly repeated: string[] = [];
  readonly submitted: LedgerCall[] = [];
  /** What the ledger shows. */
  ledger: { request: Record<string, unknown> | undefined; pair: unknown; xor: unknown };
  rows: PairRows;
  own: PairRecords;
  question: AnswerRequest;
  answering = true;
  metrics: Metrics;
  #receive: Receive;

  private constructor(readonly state: TestState) {}

  static async open(): Promise<AskedCompany> {
    const company = new AskedCompany(await TestState.open());
    await company.#publish();
    await company.#start();
    return company;
  }

  async restart(): Promise<void> {
    await this.state.reopen();
    await this.#start();
  }

  /** The message arrives. @returns its envelope's id */
  async deliver(
    question: AnswerRequest,
    from: string,
    receivedAt = Date.now() - ALREADY_WAITED,
  ): Promise<string> {
    const id = randomId();
    const completion = await this.#receive({ from, id, payload: question, receivedAt });
    await this.state.database.transaction((em) => completion(em as never));
    return id;
  }

  /** Resolves when the request is answered, or refused and its refusal sent. */
  async concluded(from: string, envelopeId: string): Promise<RequestEntity> {
    for (;;) {
      const request = await this.request(from, envelopeId);
      const replied = this.prepared.some(({ inReplyTo }) => inReplyTo === envelopeId);
      if (request.state === 'answered' || (request.state === 'refused' && replied)) return request;
      await sleep(10);
    }
  }

  async ask(question: AnswerRequest = this.question, from = 'ManufacturerA'): Promise<RequestEntity> {
    return this.concluded(from, await this.deliver(question, from));
  }

  request(from: string, envelopeId: string): Promise<RequestEntity> {
    return this.state.database.read((em) => em.findOneByOrFail(RequestEntity, { from, envelopeId }));
  }

  answers(): Promise<AnswerEntity[]> {
    return this.state.database.read((em) => em.find(AnswerEntity));
  }

  change(work: Parameters<TestState['database']['transaction']>[0]): Promise<unknown> {
    return this.state.database.transaction(work);
  }

  async alarms(): Promise<number> {
    const metric = await this.metrics.registry.getSingleMetric('tacit_answer_alarms_total')!.get();
    return metric.values.reduce((sum, { value }) => sum + value, 0);
  }

  /** Nothing was disclosed, and what was sent is the one refusal. */
  async expectRefused(request: RequestEntity, reason: string): Promise<void> {
    expect(request).toMatchObject({ state: 'refused', reason });
    const reply = this.prepared.find(({ inReplyTo }) => inReplyTo === request.envelopeId);
    expect(reply).toMatchObject({ type: 'refusal', to: request.from, payload: REFUSAL });
    const late = reply!.at - request.receivedAt - REFUSAL_DELAY;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(this.prepared.filter(({ type }) => type === 'answer')).toEqual([]);
    expect(this.submitted.filter(({ name }) => name === 'recordAnswer')).toEqual([]);
    expect(await this.answers()).toEqual([]);
  }

  async #publish(): Promise<void> {
    const { database, atRest } = this.state;
    this.rows = pairRows(
      atRest,
      { x: '0.41', y: '0.76' },
      {},
      { state: 'published', keyId: key.keyId, xorChannel: 'xor' },
    );
    const { agreement, x, y, pair } = this.rows;
    const encrypted = encrypt({ ...key, pairId: pair.pairId, x: '0', y: '35' });
    this.own = pairRecords('ManufacturerB', this.rows, encrypted, key.keyProof);
    await database.transaction(async (em) => {
      await em.insert(AgreementEntity, agreement);
      await em.insert(ReadingEntity, [x, y]);
      const { quality: qualityRecord, xor: xorRecord } = this.own;
      await em.insert(PairEntity, Object.assign(pair, { qualityRecord, xorRecord }));
      await em.insert(StockedKeyEntity, {
        keyId: key.keyId,
        profile: key.profile,
        bits: 8,
        method: 'uniform',
        state: 'used',
        publicKey: toBase64url(key.publicKey),
        keyProof: toBase64url(key.keyProof),
        secretKey: atRest.seal(`secret-key:${key.keyId}`, key.secretKey),
        nonceFactors: null,
        pairId: pair.pairId,
        stockedAt: 1,
        usedAt: 1,
        destroyedAt: null,
      });
    });
    const asked = expectedQuestion(scheme, this.own.quality, this.own.xor);
    this.question = {
      requestId: randomId(),
      pairId: pair.pairId,
      zHash: asked.zHash,
      rise: toBase64url(asked.rise),
    };
    const { requestId, pairId, zHash } = this.question;
    const terms = { requestId, pairId, zHash, nonce: randomId(), slot: 0, expiresAt: Date.now() + 60_000 };
    this.ledger = {
      request: { terms, evaluator: 'ManufacturerA', requestedAt: 1, status: 'requested', answerHash: null },
      pair: this.own.quality,
      xor: this.own.xor,
    };
  }

  async #start(): Promise<void> {
    const { database, queue, atRest } = this.state;
    this.metrics = new Metrics();
    queue.register(ENCRYPT_PAIR, { handle: async () => async () => {} });
    const ledger = {
      evaluate: async ({ name, channel }: LedgerCall) => {
        const shown = { getRequest: this.ledger.request, getPair: this.ledger.pair, getXor: this.ledger.xor };
        const record = shown[name as keyof typeof shown];
        if (record !== undefined && channel === (name === 'getXor' ? 'xor' : 'quality')) return record;
        throw new LedgerError('refused', 'not here', { contractCode: 'unknown' });
      },
      submit: async (call: LedgerCall) => {
        this.submitted.push(call);
        return { txId: '', block: 1, result: {} };
      },
    } as unknown as Ledger;
    const mailer = {
      prepare: async (_em: unknown, message: Omit<Prepared, 'at'>) => {
        this.prepared.push({ ...message, at: Date.now() });
      },
      seal: async (_type: string, to: string, id: string, content: unknown) => ({ to, id, content }),
      repeatReply: async (_em: unknown, _to: string, inReplyTo: string) => {
        this.repeated.push(inReplyTo);
      },
    } as unknown as Mailer;
    const threads = {
      run: async (name: string, task: unknown) =>
        (worker as unknown as Record<string, (task: unknown) => unknown>)[name]!(task),
    } as unknown as ConstructorParameters<typeof QuestionChecks>[1];
    const inbox = {
      on: (_type: string, handle: Receive) => {
        this.#receive = handle;
      },
    } as unknown as ConstructorParameters<typeof RequestReceiver>[0];
    const config = { company: 'ManufacturerB', settings: { answering: this.answering } };

    const checks = new QuestionChecks(database, threads, ledger);
    const submissions = new Submissions(queue, ledger, atRest);
    new RequestReceiver(inbox, queue);
    const stock = new KeyStock(database, queue, atRest);
    new CrossCheck(queue, database, stock, checks, this.metrics, silentLog);
    new Answerer(
      queue,
      database,
      checks,
      new AnswerProofs(database, stock, checks, threads),
      new GivenAnswers(queue, mailer, submissions, new QuantityBudget()),
      new Refusals(queue, mailer, submissions, this.metrics),
      atRest,
      config as ConstructorParameters<typeof Answerer>[7],
    );
    await queue.start();
  }
}

describe('answering a request', () => {
  let company: AskedCompany;

  beforeEach(async () => {
    company = await AskedCompany.open();
  });
  afterEach(() => company.state.close());

  const done = async (name: string): Promise<LedgerCall> => {
    for (;;) {
      const call = company.submitted.find((submitted) => submitted.name === name);
      if (call) return call;
      await sleep(10);
    }
  };

  it('records the answer, sends it sealed with its lots, and charges the budgets', async () => {
    const request = await company.ask();
    const { input, transient } = await done('recordAnswer');
    const { requestId, pairId, zHash } = company.question;
    const recorded = parseCanonical(transient!['answer']!) as Answer;
    expect(input).toEqual({ requestId });
    expect(recorded).toMatchObject({ requestId, pairId, zHash, direction: 'rise', index: 5 });
    expect(company.prepared).toMatchObject([
      { type: 'answer', to: 'ManufacturerA', inReplyTo: request.envelopeId },
    ]);
    const { content } = company.prepared[0]!.payload as { content: object };
    expect(content).toMatchObject({ ...recorded, lots: { x: { label: 'LOT-1' }, y: { label: 'LOT-2' } } });
    expect(await company.answers()).toMatchObject([{ requestId, answer: recorded, charged: true }]);
    const budget = await company.state.database.read((em) =>
      em.findOneBy(BudgetEntity, { quantity: 'moisture' }),
    );
    expect(budget?.used).toBe(1);
  });

  it('proves the answer to the company that asked, and to nobody else', async () => {
    await company.ask();
    const { answer } = (await company.answers())[0]!;
    const { quality, xor } = company.own;
    const { evaluation: z } = expectedQuestion(scheme, quality, xor);
    const pair = { ...openQualityRecord(scheme, quality, 8), z } as Parameters<typeof verifyAnswer>[1];
    const holds = (evaluator: string, changes: Partial<Answer> = {}): boolean => {
      const context = { quality, evaluator, answer: { ...answer, ...changes } };
      return verifyAnswer(scheme as never, pair, context, fromBase64url(answer.proof));
    };
    expect(holds('ManufacturerA')).toBe(true);
    expect(holds('ManufacturerA2')).toBe(false);
    expect(holds('ManufacturerA', { index: 4 })).toBe(false);
    expect(holds('ManufacturerA', { direction: 'fall' })).toBe(false);
  });

  it('answers a repeated request with the stored reply, whatever the repetition says, also after a restart', async () => {
    const first = await company.ask();
    await company.restart();
    await company.change((em) => em.updateAll(AgreementEntity, { paused: true }));
    company.ledger.request = undefined;
    const second = await company.ask({ ...company.question, rise: 'AAAA' });
    expect(second.state).toBe('answered');
    expect(company.repeated).toEqual([first.envelopeId]);
    expect(await company.answers()).toHaveLength(1);
    expect(company.prepared).toHaveLength(1);
  });

  it('charges nothing for a second request about an answered pair', async () => {
    await company.ask();
    const requestId = randomId();
    const terms = { ...(company.ledger.request!['terms'] as object), requestId };
    company.ledger.request = { ...company.ledger.request, terms };
    await company.change((em) => new QuantityBudget().setTotal(em, 'moisture', 1));
    await company.ask({ ...company.question, requestId });
    expect((await company.answers()).map(({ charged }) => charged).sort()).toEqual([false, true]);
    const directions = (await company.answers()).map(({ answer }) => [answer.direction, answer.index]);
    expect(directions).toEqual([
      ['rise', 5],
      ['rise', 5],
    ]);
  });

  it('does not end on the ledger, for a wrong question, what it answers to the right one', async () => {
    const wrong = { ...company.question, rise: 'AAAA' };
    const inAMinute = Date.now() + 60_000;
    const refused = await company.deliver(wrong, 'ManufacturerA', inAMinute);
    while ((await company.request('ManufacturerA', refused)).state === 'received') await sleep(10);
    await company.ask();
    await done('recordAnswer');
    await company.change((em) => em.update(JobEntity, { kind: 'request.refuse' }, { notBefore: 0 }));
    await company.restart();
    await company.concluded('ManufacturerA', refused);
    while ((await company.state.jobs()).length > 0) await sleep(10);
    expect(company.submitted.map(({ name }) => name)).toEqual(['recordAnswer']);
  });

  const flip = (text: string, at: number): string => {
    const bytes = fromBase64url(text);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return toBase64url(bytes);
  };
  const request = (changes: object, terms: object = {}): unknown => {
    const current = company.ledger.request!;
    company.ledger.request = {
      ...current,
      ...changes,
      terms: { ...(current['terms'] as object), ...terms },
    };
    return company.ledger.request;
  };

  /** What is wrong, why it is refused, and how it comes about; what is asked, where it is not the right question. */
  type Mismatch = readonly [string, RefusalReason, () => Promise<AnswerRequest | undefined>];
  const asked =
    (changes: () => Partial<AnswerRequest>): Mismatch[2] =>
    async () => ({ ...company.question, ...changes() });
  const given =
    (arrange: () => unknown): Mismatch[2] =>
    async () => {
      await arrange();
      return undefined;
    };
  const shown = (changes: Partial<AskedCompany['ledger']>): unknown => Object.assign(company.ledger, changes);
  const flipRise = (at: number) => (): Partial<AnswerRequest> => ({ rise: flip(company.question.rise, at) });

  const mismatches: readonly Mismatch[] = [
    ['an unknown pair', 'unknown-pair', asked(() => ({ pairId: randomId() }))],
    [
      'a request that the ledger does not have',
      'request-not-on-ledger',
      given(() => shown({ request: undefined })),
    ],
    [
      'a request by another company',
      'request-of-another-company',
      given(() => request({ evaluator: 'ManufacturerA2' })),
    ],
    [
      'a request about another pair',
      'request-differs-from-ledger',
      given(() => request({}, { pairId: randomId() })),
    ],
    [
      'another zHash than the recorded one',
      'request-differs-from-ledger',
      asked(() => ({ zHash: flip(company.question.zHash, 3) })),
    ],
    ['a request that was refused before', 'request-closed', given(() => request({ status: 'refused' }))],
    ['an expired request', 'request-expired', given(() => request({}, { expiresAt: Date.now() - 1 }))],
    ['a flipped bit in the first rise', 'not-the-published-pair', asked(flipRise(0))],
    ['a flipped bit in the last rise', 'not-the-published-pair', asked(flipRise(8 * 768 - 1))],
    [
      'a vector cut short',
      'not-the-published-pair',
      asked(() => ({ rise: company.question.rise.slice(0, 1024) })),
    ],
    [
      'another evaluation with its own hash',
      'not-the-published-pair',
      asked(() => {
        const zHash = flip(company.question.zHash, 0);
        request({}, { zHash });
        return { zHash, ...flipRise(5)() };
      }),
    ],
    [
      'an overwritten pair record',
      'not-the-published-pair',
      given(() => shown({ pair: { ...company.own.quality, x: company.own.quality.y } })),
    ],
    [
      'an overwritten XOR record',
      'not-the-published-pair',
      given(() => shown({ xor: { ...company.own.xor, buyers: ['ManufacturerA', 'ManufacturerA2'] } })),
    ],
    ['a pair that the ledger does not have', 'pair-not-on-ledger', given(() => shown({ pair: undefined }))],
    [
      'an XOR record that the ledger does not have',
      'pair-not-on-ledger',
      given(() => shown({ xor: undefined })),
    ],
    [
      'a pair that was not encrypted yet',
      'pair-not-published',
      given(() => company.change((em) => em.updateAll(PairEntity, { qualityRecord: null }))),
    ],
    [
      'a paused agreement',
      'agreement-paused',
      given(() => company.change((em) => em.updateAll(AgreementEntity, { paused: true }))),
    ],
    [
      'an agreement that is superseded by none',
      'agreement-not-active',
      given(() => company.change((em) => em.updateAll(AgreementEntity, { status: 'superseded' }))),
    ],
    [
      'an expired agreement',
      'agreement-expired',
      given(() => company.change((em) => em.updateAll(PairEntity, { expiresAt: 1 }))),
    ],
    [
      'a pair whose key has been destroyed',
      'key-destroyed',
      given(() =>
        company.change((em) => em.updateAll(StockedKeyEntity, { state: 'destroyed', secretKey: null })),
      ),
    ],
    [
      'a quantity budget that is used up',
      'quantity-budget-used-up',
      given(() => company.change((em) => new QuantityBudget().setTotal(em, 'moisture', 0))),
    ],
  ];

  it.each(mismatches)('refuses %s (%s) with the one refusal', async (_name, reason, arrange) => {
    const question = await arrange();
    await company.expectRefused(await company.ask(question), reason);
  });

  it('refuses everybody but the evaluator, and leaves the evaluator’s request open', async () => {
    const refused = await company.ask(company.question, 'ManufacturerA2');
    await company.expectRefused(refused, 'not-the-evaluator');
    await sleep(50);
    expect(company.submitted).toEqual([]);
    expect((await company.ask()).state).toBe('answered');
  });

  it('ends a refused request on the ledger, where it exists by this company', async () => {
    await company.ask({ ...company.question, rise: flip(company.question.rise, 0) });
    expect(await done('refuseRequest')).toMatchObject({
      channel: 'quality',
      input: { requestId: company.question.requestId },
    });
  });

  it('refuses the one that comes when the agreement’s budget is used up', async () => {
    await company.change(async (em) => {
      const { agreement } = company.rows;
      await em.updateAll(AgreementEntity, { terms: { ...agreement.terms, answerBudget: 1 } });
      await em.insert(AnswerEntity, {
        requestId: randomId(),
        pairId: randomId(),
        agreementHash: agreement.agreementHash,
        agreementId: agreement.agreementId,
        quantity: 'moisture',
        evaluator: 'ManufacturerA',
        answer: {} as Answer,
        replyTo: randomId(),
        charged: true,
        recorded: true,
        verdict: null,
        answeredAt: 1,
      });
    });
    expect(await company.ask()).toMatchObject({ state: 'refused', reason: 'agreement-budget-used-up' });
    expect(await company.answers()).toHaveLength(1);
  });

  it('waits, without a word, while answering is switched off', async () => {
    company.answering = false;
    await company.restart();
    const envelopeId = await company.deliver(company.question, 'ManufacturerA');
    await sleep(300);
    expect(company.prepared).toEqual([]);
    company.answering = true;
    await company.restart();
    expect((await company.concluded('ManufacturerA', envelopeId)).state).toBe('answered');
  });

  it('raises an alarm when the ciphertext does not bear out an answer that was given', async () => {
    const { database } = company.state;
    const checked = async (): Promise<void> => {
      while ((await company.state.jobs()).length > 0) await sleep(10);
    };
    await company.ask();
    await checked();
    expect(await company.alarms()).toBe(0);

    const { answer } = (await company.answers())[0]!;
    const requestId = randomId();
    await database.transaction(async (em) => {
      const given = await em.findOneByOrFail(AnswerEntity, { pairId: answer.pairId });
      await em.insert(AnswerEntity, Object.assign(given, { requestId, answer: { ...answer, index: 4 } }));
      await company.state.queue.add(em, 'answer.cross-check', requestId, { requestId });
    });
    await checked();
    expect(await company.alarms()).toBe(1);
  });
});
