import { Metrics, type LedgerEvents } from '@tacit/company';
import type { EntityManager } from 'typeorm';
import { AnswerEntity } from '../entities/answer.entity';
import { randomId, silentLog, TestState } from '../company.fixture';
import { Verdicts } from './verdicts';

type Handler = (em: EntityManager, event: object) => Promise<void>;

describe('a verdict on an answer', () => {
  let state: TestState;
  let metrics: Metrics;
  let handle: Handler;
  const requestId = randomId();

  beforeEach(async () => {
    state = await TestState.open();
    metrics = new Metrics();
    const events = {
      on: (_purpose: string, _name: string, handler: Handler) => {
        handle = handler;
      },
    } as unknown as LedgerEvents;
    new Verdicts(events, metrics, silentLog);
    await state.database.transaction((em) =>
      em.insert(AnswerEntity, {
        requestId,
        pairId: randomId(),
        agreementHash: randomId(),
        agreementId: randomId(),
        quantity: 'moisture',
        evaluator: 'ManufacturerA',
        answer: {} as AnswerEntity['answer'],
        replyTo: randomId(),
        charged: true,
        recorded: true,
        verdict: null,
        answeredAt: 1,
      }),
    );
  });
  afterEach(() => state.close());

  const conclude = (payload: object): Promise<void> =>
    state.database.transaction((em) => handle(em, { payload }));
  const disputes = async (): Promise<number> => {
    const metric = await metrics.registry.getSingleMetric('tacit_disputed_answers_total')!.get();
    return metric.values.reduce((sum, { value }) => sum + value, 0);
  };
  const verdict = async (): Promise<unknown> =>
    (await state.database.read((em) => em.findOneByOrFail(AnswerEntity, { requestId }))).verdict;

  it.each([
    ['verified', 0],
    ['disputed', 1],
  ])('%s is kept with the answer', async (given, counted) => {
    await conclude({ requestId, pairId: randomId(), verdict: given });
    expect(await verdict()).toBe(given);
    expect(await disputes()).toBe(counted);
  });

  it('on another company’s answer is none of ours', async () => {
    await conclude({ requestId: randomId(), pairId: randomId(), verdict: 'disputed' });
    expect(await verdict()).toBeNull();
    expect(await disputes()).toBe(0);
  });
});
