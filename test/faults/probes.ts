import * as fs from 'node:fs';
import type { MemberRecord } from '@tacit/contracts';
import { loadMspIdentity, openFabricLedger, type Ledger } from '@tacit/ledger';
import { NatsTransport } from '@tacit/messaging';
import type { FabricNetwork } from '../../fabric-network';
import type { Broker } from '../../fabric-network/broker';
import { A, B, S } from '../support';

/** An inbox takes a second to refuse. */
const MESSAGE_TIMEOUT_MS = 3_000;

/** Asks what a company would ask, without leaving a trace; each probe fails while it does not work. */
export class Probes {
  private constructor(
    private readonly ledgers: ReadonlyMap<string, Ledger>,
    private readonly transport: NatsTransport,
  ) {}

  static async open(fabric: FabricNetwork, broker: Broker): Promise<Probes> {
    const ledgers = new Map<string, Ledger>();
    for (const mspId of [A, B, S]) {
      const { peer, tlsCa, clientMsp, adminMsp } = fabric.connectionOf(mspId);
      const identity = loadMspIdentity({ mspId, displayName: mspId, client: clientMsp, admin: adminMsp });
      const tlsRootPem = fs.readFileSync(tlsCa, 'utf8');
      ledgers.set(mspId, await openFabricLedger({ identity, peer, tlsRootPem }));
    }
    return new Probes(ledgers, new NatsTransport(broker.connectionOf(A), MESSAGE_TIMEOUT_MS));
  }

  /** A query through the company's own peer and chaincode. */
  async query(company: string, channel: string): Promise<MemberRecord> {
    const call = { channel, name: 'getMember', input: { company } };
    return (await this.#ledger(company).evaluate(call)) as MemberRecord;
  }

  /** A transaction through endorsers, orderer and the own peer's ledger: the company registers what it has. */
  async submission(company: string, channel: string): Promise<void> {
    const { clientFingerprints, encryptionKey } = await this.query(company, channel);
    const input = { clientFingerprints, encryptionKey };
    await this.#ledger(company).submit({ channel, name: 'registerMember', input, as: 'admin' });
  }

  /** A message from A to B's inbox, which refuses what nobody has signed. */
  async message(): Promise<void> {
    await this.transport.send(`nats://${B}`, 'not an envelope');
  }

  async close(): Promise<void> {
    await Promise.all([...this.ledgers.values()].map((ledger) => ledger.close()));
    await this.transport.close();
  }

  #ledger(company: string): Ledger {
    const ledger = this.ledgers.get(company);
    if (ledger === undefined) throw new RangeError(`${company} has no ledger here`);
    return ledger;
  }
}
