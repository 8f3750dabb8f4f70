import * as fs from 'node:fs';
import { DeadLetters, type CompanyConfig } from '@tacit/company';
import {
  batchKey,
  batchSubjectOf,
  connectionOptions,
  sealBatch,
  type BatchKey,
  type BatchKind,
} from '@tacit/messaging';
import { connect, type NatsConnection } from 'nats';
import type { Broker } from '../../fabric-network/broker/broker';
import { configFileOf } from '../../tools/company-process';
import type { TestNetwork } from '../support';

/** A company's ERP: sends batches as its own user, with the key that the company has too. */
export class Erp {
  private constructor(
    readonly company: string,
    readonly connection: NatsConnection,
    readonly key: BatchKey,
  ) {}

  static async open(network: TestNetwork, company: string): Promise<Erp> {
    const key = batchKey(fs.readFileSync(configOf(network, company).nats?.batchKeyFile ?? ''));
    const options = connectionOptions(brokerOf(network).erpConnectionOf(company));
    // An ERP's client is not ours: this one goes on after a loss of the broker as the package does by itself.
    const connection = await connect({ ...options, reconnect: true, maxReconnectAttempts: -1 });
    return new Erp(company, connection, key);
  }

  /** Resolves when the broker has stored it. No `Nats-Msg-Id`: a repetition is to reach the application. */
  async send(kind: BatchKind, batch: object): Promise<void> {
    await this.sendBytes(kind, await sealBatch(batch, this.key));
  }

  async sendBytes(kind: BatchKind, bytes: string | Uint8Array): Promise<void> {
    await this.connection.jetstream().publish(batchSubjectOf(this.company, kind), bytes);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

export function brokerOf({ surroundings }: TestNetwork): Broker {
  const { broker } = surroundings;
  if (broker === undefined) throw new Error('this suite is for companies on NATS');
  return broker;
}

/** As the company's application reads them. */
export async function withDeadLetters<T>(
  network: TestNetwork,
  erp: Erp,
  work: (letters: DeadLetters) => Promise<T>,
): Promise<T> {
  const connection = await connect(connectionOptions(brokerOf(network).connectionOf(erp.company)));
  try {
    return await work(new DeadLetters(connection, erp.company, erp.key));
  } finally {
    await connection.close();
  }
}

export function configOf({ dir }: TestNetwork, company: string): CompanyConfig {
  return JSON.parse(fs.readFileSync(configFileOf(dir, company), 'utf8')) as CompanyConfig;
}
