// A broker of the test's own, in a temporary folder.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { connectionOptions, type NatsConnectionOptions } from '@tacit/messaging';
import { connect, type NatsConnection } from 'nats';
import { Broker } from '../../fabric-network/broker/broker';

export const COMPANIES = ['ManufacturerA', 'ManufacturerB', 'ServicerS'];

export class TestBroker {
  readonly #connections: NatsConnection[] = [];

  private constructor(
    readonly broker: Broker,
    private readonly temporary: string,
  ) {}

  static async start(): Promise<TestBroker> {
    const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-broker-'));
    const options = { dir: path.join(temporary, 'broker'), companies: COMPANIES, ports: 'free' } as const;
    return new TestBroker(await Broker.start(options), temporary);
  }

  async connect(options: NatsConnectionOptions): Promise<NatsConnection> {
    const connection = await connect(connectionOptions(options));
    this.#connections.push(connection);
    return connection;
  }

  as(company: string): Promise<NatsConnection> {
    return this.connect(this.broker.connectionOf(company));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.broker.stop();
    fs.rmSync(this.temporary, { recursive: true, force: true });
  }
}
