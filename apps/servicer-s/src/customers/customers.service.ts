import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import {
  Database,
  Partners,
  ProblemException,
  readCursor,
  Submissions,
  toPage,
  type Page,
  type PageQuery,
} from '@tacit/company';
import { credentialHash } from '@tacit/contracts';
import { toBase64url } from '@tacit/core';
import { MoreThan } from 'typeorm';
import { CustomerEntity } from '../entities';
import type { CustomerView, NewCustomerView } from './customer.dto';
import { PriceBook } from './price-book';
import { until } from './until';

/** Who may order, and with which credential: a customer's signing key alone buys nothing. */
@Injectable()
export class CustomersService {
  constructor(
    private readonly database: Database,
    private readonly partners: Partners,
    private readonly prices: PriceBook,
    private readonly submissions: Submissions,
  ) {
    submissions.on('registerCustomer', {
      concurrency: 1,
      submitted: async (em, call) => {
        const input = call.input as { readonly customer: string; readonly credentialHash: string };
        await em.update(CustomerEntity, { company: input.customer }, { recordedHash: input.credentialHash });
      },
    });
  }

  /** @throws ProblemException `unknown-partner`, `unknown-channel`, `already-exists` */
  async register(company: string): Promise<NewCustomerView> {
    const channel = await this.partners.channel(company, 'sales');
    return this.#issue(company, channel, 'new');
  }

  /** A new credential in place of one that was lost. @throws ProblemException `unknown-customer` */
  async renew(company: string): Promise<NewCustomerView> {
    const { channel } = await this.#get(company);
    return this.#issue(company, channel, 'renewed');
  }

  async list(query: PageQuery): Promise<Page<CustomerView>> {
    const [after = ''] = readCursor(query, 'string') ?? [];
    const rows = await this.database.read((em) =>
      em.find(CustomerEntity, {
        where: { company: MoreThan(after) },
        order: { company: 'ASC' },
        take: query.limit + 1,
      }),
    );
    return toPage(rows, query, ({ company }) => [company], show);
  }

  async #issue(company: string, channel: string, kind: 'new' | 'renewed'): Promise<NewCustomerView> {
    const credential = new Uint8Array(randomBytes(32));
    const hash = credentialHash(credential);
    await this.database.transaction(async (em) => {
      const known = await em.findOneBy(CustomerEntity, { company });
      if (known && kind === 'new') {
        throw new ProblemException('already-exists', {
          detail: `${company} is a customer already`,
          next: `POST /customers/${company}/credential issues a new credential in place of the old one.`,
        });
      }
      const customer: CustomerEntity = {
        company,
        channel,
        credentialHash: hash,
        recordedHash: known?.recordedHash ?? null,
        recordedPrice: known?.recordedPrice ?? null,
        registeredAt: known?.registeredAt ?? Date.now(),
      };
      await em.upsert(CustomerEntity, customer, ['company']);
      const input = { customer: company, credentialHash: hash };
      await this.submissions.add(em, { channel, name: 'registerCustomer', input, key: hash });
      await this.prices.publish(em, customer);
    });
    await until(async () => (await this.#get(company)).recordedHash === hash);
    const { recorded, registeredAt } = show(await this.#get(company));
    return { company, recorded, registeredAt, credential: toBase64url(credential) };
  }

  async #get(company: string): Promise<CustomerEntity> {
    const row = await this.database.read((em) => em.findOneBy(CustomerEntity, { company }));
    if (!row) throw new ProblemException('unknown-customer', { detail: `${company} is no customer` });
    return row;
  }
}

function show({ company, credentialHash: hash, recordedHash, registeredAt }: CustomerEntity): CustomerView {
  return { company, recorded: hash === recordedHash, registeredAt: new Date(registeredAt).toISOString() };
}
