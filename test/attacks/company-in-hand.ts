import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createContracts } from '@tacit/contracts';
import {
  loadCompanyIdentity,
  loadMspIdentity,
  openDevLedger,
  openFabricLedger,
  type CompanyIdentity,
  type Ledger,
} from '@tacit/ledger';
import {
  connectionOptions,
  natsServerOptions,
  signEnvelope,
  tcpServerOptions,
  type EnvelopeBody,
} from '@tacit/messaging';
import { connect, type NatsConnection } from 'nats';
import { ledgerDirOf } from '../../tools/company-process';
import type { TestNetwork } from '../support';
import { deliver, deliverOverNats, type Delivery } from './deliver';
import { Mailbox } from './mailbox';

export interface OutgoingMessage extends Partial<EnvelopeBody> {
  readonly type: string;
  readonly to: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Milliseconds; a minute unless told. */
  readonly lifetime?: number;
}

export interface SignedMessage {
  readonly id: string;
  readonly jws: string;
}

/**
 * A company's real keys, registered on its channels, in hands that do not use its application: they sign what they
 * like and send it themselves.
 */
export class CompanyInHand {
  #nats: Promise<NatsConnection> | undefined;

  private constructor(
    readonly name: string,
    readonly identity: CompanyIdentity,
    readonly ledger: Ledger,
    private readonly network: TestNetwork,
  ) {}

  static async open(network: TestNetwork, company: string): Promise<CompanyInHand> {
    const identity = identityOf(network, company);
    return new CompanyInHand(company, identity, await openLedgerOf(network, identity), network);
  }

  /** Takes the place of the company's application at its address; that one must have stopped. */
  listen(): Promise<Mailbox> {
    const broker = this.network.surroundings.broker;
    if (broker) return Mailbox.open(natsServerOptions(broker.connectionOf(this.name), this.name));
    const { hostname, port } = new URL(this.network.network.company(this.name).inbox);
    return Mailbox.open(tcpServerOptions(hostname, Number(port)));
  }

  /** Brings an envelope to another company's inbox; over NATS as the user that this company is there. */
  async deliver(to: string, envelope: unknown): Promise<Delivery> {
    if (!this.network.surroundings.broker) return deliver(this.network.network.company(to).inbox, envelope);
    return deliverOverNats(await this.nats(), to, envelope);
  }

  /** The company's own connection to the broker. */
  nats(): Promise<NatsConnection> {
    const broker = this.network.surroundings.broker;
    if (!broker) throw new Error('these companies do not meet on NATS');
    this.#nats ??= connect(connectionOptions(broker.connectionOf(this.name)));
    return this.#nats;
  }

  async sign({ lifetime = 60_000, ...message }: OutgoingMessage): Promise<SignedMessage> {
    const issuedAt = Date.now();
    const body: EnvelopeBody = {
      version: 1,
      id: randomId(),
      from: this.name,
      issuedAt,
      expiresAt: issuedAt + lifetime,
      ...message,
    };
    return { id: body.id, jws: await signEnvelope(body, this.identity.client) };
  }

  async query<T>(channel: string, name: string, input: unknown): Promise<T> {
    return (await this.ledger.evaluate({ channel, name, input })) as T;
  }

  /** The contract's code when it refuses, the driver's when that does; undefined when the ledger has recorded it. */
  async submit(
    channel: string,
    name: string,
    input: unknown,
    transient: Readonly<Record<string, Uint8Array>> = {},
  ): Promise<string | undefined> {
    try {
      await this.ledger.submit({ channel, name, input, transient });
      return undefined;
    } catch (error) {
      const { contractCode, code } = error as { contractCode?: string; code?: string };
      const refusal = contractCode ?? code;
      if (refusal === undefined) throw error;
      return refusal;
    }
  }

  async close(): Promise<void> {
    await this.ledger.close();
    await (await this.#nats)?.close();
  }
}

/** 128 random bits, as identifiers of messages and records are. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}

/** The keys with which a company's application signs. */
function identityOf({ network, surroundings: { fabric } }: TestNetwork, company: string): CompanyIdentity {
  const { stateDir, options } = network.company(company);
  if (!fabric) return loadCompanyIdentity(path.join(stateDir, 'identity'));
  const { clientMsp, adminMsp } = fabric.connectionOf(company);
  const { displayName } = options;
  return loadMspIdentity({ mspId: company, displayName, client: clientMsp, admin: adminMsp });
}

function openLedgerOf(network: TestNetwork, identity: CompanyIdentity): Promise<Ledger> {
  const company = identity.mspId;
  const { fabric } = network.surroundings;
  if (fabric) {
    const { peer, tlsCa } = fabric.connectionOf(company);
    return openFabricLedger({ identity, peer, tlsRootPem: fs.readFileSync(tlsCa, 'utf8') });
  }
  return openDevLedger({
    networkDir: ledgerDirOf(network.dir),
    identityDir: path.join(network.stateDir(company), 'identity'),
    company,
    inThread: createContracts(),
  });
}
