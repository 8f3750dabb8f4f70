import { Inject, Injectable } from '@nestjs/common';
import {
  COMPANY_CONFIG,
  Database,
  JobQueue,
  LOG,
  Submissions,
  type CompanyConfig,
  type Completion,
  type Log,
} from '@tacit/company';
import type { Amount, ContractErrorCode } from '@tacit/contracts';
import type { LedgerCall, LedgerError, SubmitResult } from '@tacit/ledger';
import type { EntityManager } from 'typeorm';
import { Comparisons } from '../comparing/comparisons';
import type { ReasonCode } from '../comparing/reasons';
import { addStep, type StepPayload } from '../comparing/steps';
import { ComparisonEntity } from '../entities/comparison.entity';
import { EvaluationEntity } from '../entities/evaluation.entity';
import { PriceEntity } from '../entities/price.entity';
import type { Settings } from '../settings';
import { Credentials } from './credentials';
import { OrderMirror } from './order-mirror';

/** Input of `placeOrder`. */
interface Placement {
  readonly orderId: string;
  readonly pairId: string;
  readonly servicer: string;
  readonly price: Amount;
  readonly deadline: number;
}

/** An order is closed while a dispute is still possible: a tenth of its lifetime before the deadline charges it. */
const CLOSING_SHARE = 10;

const REASONS: Partial<Record<string, ReasonCode>> = {
  'unknown-customer': 'no-credential',
  'wrong-credential': 'no-credential',
  'wrong-price': 'price-changed',
  'no-price': 'price-changed',
} satisfies Partial<Record<ContractErrorCode, ReasonCode>>;

/** Table 2 of the paper, the buyer's side: created → ordered, and the end of orders that nothing comes of. */
@Injectable()
export class Ordering {
  constructor(
    private readonly database: Database,
    private readonly queue: JobQueue,
    private readonly submissions: Submissions,
    private readonly comparisons: Comparisons,
    private readonly credentials: Credentials,
    private readonly orders: OrderMirror,
    @Inject(COMPANY_CONFIG) private readonly config: CompanyConfig<Settings>,
    @Inject(LOG) private readonly log: Log,
  ) {
    queue.register<StepPayload>('comparison.order', {
      concurrency: 4,
      handle: ({ payload }) => this.#order(payload),
      onDead: async (em, { payload }) => {
        await this.comparisons.giveUp(em, payload, 'created');
      },
    });
    submissions.on('placeOrder', {
      submitted: (em, call, result) => this.#placed(em, call, result),
      refused: (em, call, error) => this.#refused(em, call, error),
    });
    queue.register<{ orderId: string }>('order.close', {
      handle:
        async ({ payload }) =>
        (em) =>
          this.#close(em, payload.orderId),
    });
    for (const name of ['confirmReceipt', 'disputeOrder']) {
      submissions.on(name, {
        refused: async (_em, call, { contractCode }) => {
          const { orderId } = call.input as { orderId: string };
          this.log.warn({ order: orderId, transaction: name, contractCode }, 'the order had ended already');
        },
      });
    }
  }

  async #order(step: StepPayload): Promise<Completion> {
    const found = await this.database.read(async (em) => {
      const comparison = await this.comparisons.current(em, step, 'created');
      if (comparison === null) return null;
      const { servicer } = comparison;
      const price = await em.findOneBy(PriceEntity, { servicer });
      return { channel: price?.channel, credential: await this.credentials.find(em, servicer) };
    });
    return async (em) => {
      const comparison = await this.comparisons.current(em, step, 'created');
      if (comparison === null || found === null) return;
      const { channel, credential } = found;
      if (credential === null || channel === undefined) {
        await this.comparisons.end(em, comparison, 'failed', 'no-credential');
        return;
      }
      const { orderId, pairId, servicer, price } = comparison;
      const deadline = Date.now() + this.config.settings.orderLifetime;
      const input: Placement = { orderId, pairId, servicer, price, deadline };
      await this.submissions.add(em, {
        channel,
        name: 'placeOrder',
        input,
        transient: { credential },
        key: orderId,
      });
    };
  }

  /** The order may be one that an earlier attempt made and paid for; then what it delivered is used. */
  async #placed(em: EntityManager, { channel, input }: LedgerCall, { result }: SubmitResult): Promise<void> {
    const placement = input as Placement;
    const { orderId } = result as { orderId: string };
    const comparison = await em.findOneBy(ComparisonEntity, {
      orderId: placement.orderId,
      state: 'created',
    });
    if (comparison === null) return;
    await this.orders.add(em, channel, orderId, placement.orderId);
    const ordered = await this.comparisons.move(em, comparison, 'ordered', { orderId });
    if (await em.existsBy(EvaluationEntity, { pairId: comparison.pairId, orderId })) {
      const delivered = await this.comparisons.move(em, ordered, 'delivered');
      await addStep(this.queue, em, 'comparison.evaluate', delivered);
      return;
    }
    const notBefore = placement.deadline - this.config.settings.orderLifetime / CLOSING_SHARE;
    await this.queue.add(em, 'order.close', orderId, { orderId }, { notBefore });
  }

  async #refused(em: EntityManager, { input }: LedgerCall, error: LedgerError): Promise<void> {
    const { orderId } = input as Placement;
    const comparison = await em.findOneBy(ComparisonEntity, { orderId, state: 'created' });
    if (comparison === null) return;
    const code = REASONS[error.contractCode ?? ''] ?? 'order-refused';
    await this.comparisons.end(em, comparison, 'failed', code, error.message);
  }

  /** Nothing usable has come: without a dispute the deadline would charge an order that is said to be delivered. */
  async #close(em: EntityManager, orderId: string): Promise<void> {
    const comparison = await em.findOneBy(ComparisonEntity, { orderId, state: 'ordered' });
    if (comparison === null) return;
    await this.dispute(em, comparison, 'nothing usable was received in time');
    await this.comparisons.end(em, comparison, 'expired', 'not-delivered');
  }

  /** Disputes the comparison's order: it is not charged. */
  async dispute(em: EntityManager, comparison: ComparisonEntity, reason: string): Promise<void> {
    const { orderId } = comparison;
    const input = { orderId, reason };
    await this.#submit(em, comparison, 'disputeOrder', input);
  }

  /** Confirms what was received; this makes the charge. */
  async confirm(em: EntityManager, comparison: ComparisonEntity): Promise<void> {
    await this.#submit(em, comparison, 'confirmReceipt', { orderId: comparison.orderId });
  }

  async #submit(
    em: EntityManager,
    { servicer, orderId }: ComparisonEntity,
    name: string,
    input: object,
  ): Promise<void> {
    const price = await em.findOneByOrFail(PriceEntity, { servicer });
    await this.submissions.add(em, { channel: price.channel, name, input, key: orderId });
  }
}
