import { Injectable } from '@nestjs/common';
import { Database, newMessageId, ProblemException, Submissions } from '@tacit/company';
import type { EntityManager } from 'typeorm';
import { CustomerEntity, PriceEntity } from '../entities';
import { EVERY_CUSTOMER } from '../entities/price.entity';
import type { PriceEntryView, PriceView, SetPriceBody } from './price.dto';
import { until } from './until';

/** What a pair's XOR record costs, by customer. An order must name the price that the channel has recorded. */
@Injectable()
export class PriceBook {
  constructor(
    private readonly database: Database,
    private readonly submissions: Submissions,
  ) {
    submissions.on('setPrice', {
      // One at a time: prices are recorded in the order in which they were set.
      concurrency: 1,
      submitted: async (em, { channel, input }) => {
        await em.update(CustomerEntity, { channel }, { recordedPrice: input as PriceView });
      },
    });
  }

  /**
   * Sets the price of one customer, or of all that have none of their own. Waits a few seconds for the channels to
   * record it; `recorded` tells whether they did.
   * @throws ProblemException `unknown-customer`
   */
  async set({
    customer = EVERY_CUSTOMER,
    minorUnits,
    currency,
  }: SetPriceBody): Promise<readonly PriceEntryView[]> {
    await this.database.transaction(async (em) => {
      if (customer !== EVERY_CUSTOMER && !(await em.existsBy(CustomerEntity, { company: customer }))) {
        throw new ProblemException('unknown-customer', { detail: `${customer} is no customer` });
      }
      await em.upsert(PriceEntity, { customer, minorUnits, currency }, ['customer']);
      for (const row of await em.find(CustomerEntity)) await this.publish(em, row);
    });
    await until(async () => (await this.list()).every(({ recorded }) => recorded));
    return this.list();
  }

  /** Has the price that holds for a customer recorded on its channel, if it is not yet. */
  async publish(em: EntityManager, { company, channel, recordedPrice }: CustomerEntity): Promise<void> {
    const price = priceOf(await em.find(PriceEntity), company);
    if (!price || same(price, recordedPrice)) return;
    await this.submissions.add(em, { channel, name: 'setPrice', input: price, key: newMessageId() });
  }

  async list(): Promise<PriceEntryView[]> {
    return this.database.read(async (em) => {
      const prices = await em.find(PriceEntity, { order: { customer: 'ASC' } });
      const customers = await em.find(CustomerEntity);
      return prices.map(({ customer, minorUnits, currency }) => {
        const governed = customers.filter(({ company }) =>
          customer === EVERY_CUSTOMER
            ? !prices.some((price) => price.customer === company)
            : company === customer,
        );
        const recorded = governed.every(({ recordedPrice }) => same({ minorUnits, currency }, recordedPrice));
        return { customer: customer === EVERY_CUSTOMER ? null : customer, minorUnits, currency, recorded };
      });
    });
  }

  /** The price of each customer, as a function of its MSP ID. */
  async all(): Promise<(customer: string) => PriceView | null> {
    const prices = await this.database.read((em) => em.find(PriceEntity));
    return (customer) => priceOf(prices, customer);
  }
}

function priceOf(prices: readonly PriceEntity[], company: string): PriceView | null {
  const price =
    prices.find(({ customer }) => customer === company) ??
    prices.find(({ customer }) => customer === EVERY_CUSTOMER);
  return price ? { minorUnits: price.minorUnits, currency: price.currency } : null;
}

function same(a: PriceView, b: PriceView | null): boolean {
  return a.minorUnits === b?.minorUnits && a.currency === b.currency;
}
