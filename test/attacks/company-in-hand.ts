import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import { createContracts } from '@tacit/contracts';
import { loadCompanyIdentity, openDevLedger, type CompanyIdentity, type Ledger } from '@tacit/ledger';
import { signEnvelope, type EnvelopeBody } from '@tacit/messaging';
import { ledgerDirOf } from '../../tools/company-process';
import type { TestNetwork } from '../support';
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
  private constructor(
    readonly name: string,
    readonly identity: CompanyIdentity,
    readonly ledger: Ledger,
    private readonly inbox: string,
  ) {}

  static async open(network: TestNetwork, company: string): Promise<CompanyInHand> {
    const { stateDir, inbox } = network.network.company(company);
    const identityDir = path.join(stateDir, 'identity');
    const networkDir = ledgerDirOf(network.dir);
    const ledger = await openDevLedger({ networkDir, identityDir, company, inThread: createContracts() });
    return new CompanyInHand(company, loadCompanyIdentity(identityDir), ledger, inbox);
  }

  /** Takes the place of the company's application at its address; that one must have stopped. */
  listen(): Promise<Mailbox> {
    return Mailbox.open(this.inbox);
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
}

/** 128 random bits, as identifiers of messages and records are. */
export function randomId(): string {
  return randomBytes(16).toString('base64url');
}
