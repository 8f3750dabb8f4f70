// A company that follows no rule but those of the network: what the others' peers, contracts and inboxes let it do.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Transaction } from '@hyperledger/fabric-gateway';
import type { QualityRecord } from '@tacit/comparison';
import { ANSWERS, type LedgerKey, type Order, type PriceRecord } from '@tacit/contracts';
import { canonicalBytes, fromBase64url, toBase64url } from '@tacit/core';
import { batchSubjectOf, connectionOptions, inboxSubjectOf, replyPrefixOf } from '@tacit/messaging';
import { connect } from 'nats';
import { FabricNetwork } from '../../fabric-network';
import { nativeSite, readState } from '../../fabric-network/native/native-site';
import { runProgram } from '../../fabric-network/programs';
import { configDir, ordererAddress, ordererMaterial } from '../../fabric-network/site';
import { memberOfMsp } from '../../fabric-network/topology';
import { projectRoot } from '../../tools/paths';
import { encode, Interrogator, readPair, scheme, type KnownPair } from '../attacks/asking';
import { CompanyInHand, randomId } from '../attacks/company-in-hand';
import { flip, forge, headerOf } from '../attacks/forgery';
import { expectRefusedAtTheDoor } from '../attacks/refusals';
import { SeenByB } from '../attacks/seen-by-b';
import { deliverRecord, honestDelivery, OrderedPair, WRONG_VECTORS } from '../attacks/wrong-deliveries';
import { A, A2, agree, B, publishSeries, reaches, S, startTestNetwork, type TestNetwork } from '../support';
import type { Forgery } from './dishonest-chaincode';
import { freshRecord } from './fresh-record';
import { RawGateway, refusalOf, verdictOf, withChangedWrite } from './raw-gateway';

jest.setTimeout(180_000);

const BITS = 8;
const MINUTE = 60_000;

let network: TestNetwork;
let fabric: FabricNetwork;
let agreementId: string;
let a: CompanyInHand;
let b: CompanyInHand;
let s: CompanyInHand;
let seen: SeenByB;
let sold: KnownPair;
let other: KnownPair;
const gateways: RawGateway[] = [];

beforeAll(async () => {
  network = await startTestNetwork({ withA2: true });
  fabric = network.surroundings.fabric!;
  agreementId = await agree(network, { bits: BITS, scale: 0, measure: 'bit' });
  const pairIds = await publishSeries(network, ['100', '37', '200']);
  const hands = await Promise.all([A, B, S].map((company) => CompanyInHand.open(network, company)));
  [a, b, s] = hands as [CompanyInHand, CompanyInHand, CompanyInHand];
  seen = new SeenByB(network);
  const pairs = await Promise.all(pairIds.map((pairId, slot) => readPair(a, s, pairId, slot)));
  [sold, other] = pairs as [KnownPair, KnownPair];
});

afterAll(async () => {
  seen.close();
  for (const gateway of gateways) gateway.close();
  await Promise.all([a, b, s].map((hand) => hand.close()));
  await network.stop();
});

/** @param peerOf whose peer is asked; the company's own unless told */
function gatewayOf(company: string, peerOf = company): RawGateway {
  const raw = RawGateway.open(fabric, { company, peerOf });
  gateways.push(raw);
  return raw;
}

const json = (value: unknown): string => Buffer.from(canonicalBytes(value)).toString();
const aboutPair = (): { arguments: string[] } => ({ arguments: [json({ pairId: sold.pairId })] });

describe.each([S, A2])('%s, who is not on the channel of A and B', (outsider) => {
  it('finds nothing at its own peer, which has no copy', async () => {
    const call = gatewayOf(outsider).contract('quality').evaluate('getPair', aboutPair());
    expect(await refusalOf(call)).toMatch(/failed to get config for channel/);
  });

  it.each([A, B])('is denied everything by the peer of %s', async (member) => {
    const channel = gatewayOf(outsider, member).network('quality');
    const contract = channel.getContract('quality');
    const aboutRequest = { arguments: [json({ requestId: randomId() })] };
    const calls: Record<string, () => Promise<unknown>> = {
      'a pair': () => contract.evaluate('getPair', aboutPair()),
      'an answer': () => contract.evaluate('getAnswer', aboutRequest),
      'a block': () =>
        channel.getContract('qscc').evaluate('GetBlockByNumber', { arguments: ['quality', '1'] }),
      members: () => channel.getContract('cscc').evaluate('GetChannelConfig', { arguments: ['quality'] }),
      'an endorsement': () => contract.submit('refuseRequest', aboutRequest),
      events: async () => first(await channel.getChaincodeEvents('quality', { startBlock: 0n })),
      blocks: async () => first(await channel.getBlockEvents({ startBlock: 0n })),
      'private data': async () => first(await channel.getBlockAndPrivateDataEvents({ startBlock: 0n })),
    };
    for (const [what, call] of Object.entries(calls)) {
      const refusal = await refusalOf(call());
      expect(`${what}: ${refusal}`).toMatch(/access denied|PERMISSION_DENIED|status response: 403/);
    }
  });

  it('is given no block by the ordering service', async () => {
    const site = nativeSite(fabric.dir, readState(fabric.dir)!);
    const file = path.join(fabric.dir, `${outsider}.block`);
    const fetchBlock = (company: string): Promise<unknown> =>
      runProgram(
        'peer',
        [
          ...['channel', 'fetch', 'newest', file, '--channelID', 'quality'],
          ...['--orderer', ordererAddress(site), '--tls'],
          ...['--cafile', path.join(ordererMaterial(site).tls, 'ca.crt')],
        ],
        {
          FABRIC_CFG_PATH: configDir(site, memberOfMsp(site.topology, company)),
          CORE_PEER_LOCALMSPID: company,
          CORE_PEER_MSPCONFIGPATH: fabric.connectionOf(company).clientMsp,
        },
      );
    expect(await refusalOf(fetchBlock(outsider))).toContain('FORBIDDEN');
    expect(fs.existsSync(file)).toBe(false);
    await fetchBlock(A);
    expect(fs.existsSync(file)).toBe(true);
  });
});

async function first(stream: AsyncIterable<unknown> & { close(): void }): Promise<void> {
  try {
    for await (const event of stream) throw new Error(`not refused: ${JSON.stringify(event).slice(0, 80)}`);
  } finally {
    stream.close();
  }
}

describe('A, who runs a chaincode of its own making', () => {
  beforeAll(async () => {
    const entry = path.join(projectRoot, 'dist', 'test', 'fabric', 'dishonest-chaincode.js');
    await FabricNetwork.open({ dir: fabric.dir, chaincode: { entry } }).restart('chaincode-a');
  });

  afterAll(() => fabric.restart('chaincode-a'));

  const record = (key: LedgerKey, value: unknown) => ({
    key,
    value: toBase64url(canonicalBytes(value)),
  });

  const falsePair = (): QualityRecord => ({ ...sold.quality, x: sold.quality.y, xHash: sold.quality.yHash });

  const forgeries: Record<string, [channel: string, forgery: () => Forgery]> = {
    'B’s pair replaced': ['quality', () => ({ state: [record(['pair', sold.pairId], falsePair())] })],
    'a pair that B never published': [
      'quality',
      () => {
        const pairId = randomId();
        return { state: [record(['pair', pairId], { ...falsePair(), pairId })] };
      },
    ],
    'an answer in B’s place': [
      'quality',
      () => ({
        privateData: [{ collection: ANSWERS, ...record(['answer', randomId()], { direction: 'rise' }) }],
      }),
    ],
    'a customer’s credential': [
      'sales',
      () => ({
        state: [record(['customer', A], { customer: A, servicer: S, credentialHash: 'A'.repeat(43) })],
      }),
    ],
  };

  it.each(Object.entries(forgeries))('%s: endorsed by A alone, it is invalid', async (_, [channel, make]) => {
    const proposal = gatewayOf(A)
      .contract(channel)
      .newProposal('forge', { arguments: [json(make())], endorsingOrganizations: [A] });
    const submitted = await (await proposal.endorse()).submit();
    expect(await verdictOf(submitted)).toBe('ENDORSEMENT_POLICY_FAILURE');
  });

  it('gets no endorsement of it from the others', async () => {
    const forgery = json({ state: [record(['pair', sold.pairId], falsePair())] });
    const call = gatewayOf(A)
      .contract('quality')
      .submit('forge', { arguments: [forgery] });
    expect(await refusalOf(call)).toMatch(/ManufacturerB: .*unknown-function/);
  });

  it('has changed nothing at B', async () => {
    const stored = await b.query<QualityRecord>('quality', 'getPair', { pairId: sold.pairId });
    expect(stored).toEqual(sold.quality);
    const events = (await network.b.list<{ pairId: string }>('/pairs')).map(({ pairId }) => pairId);
    expect(events.sort()).toEqual([sold.pairId, other.pairId].sort());
  });
});

describe('A’s stolen signing key', () => {
  it('buys nothing without S’s credential', async () => {
    const { minorUnits, currency } = await a.query<PriceRecord>('sales', 'getPrice', { servicer: S });
    const orderId = randomId();
    const order = {
      orderId,
      pairId: sold.pairId,
      servicer: S,
      price: { minorUnits, currency },
      deadline: Date.now() + 60 * MINUTE,
    };
    const credentials = {
      none: {},
      empty: { credential: new Uint8Array() },
      guessed: { credential: new Uint8Array(32) },
    };
    for (const transient of Object.values<Record<string, Uint8Array>>(credentials)) {
      expect(await a.submit('sales', 'placeOrder', order, transient)).toBe('wrong-credential');
    }
    const others = await network.s.post<{ credential: string }>(`/customers/${A2}/credential`);
    const transient = { credential: fromBase64url(others.credential) };
    expect(await a.submit('sales', 'placeOrder', order, transient)).toBe('wrong-credential');
    expect(await a.submit('sales', 'registerCustomer', { customer: A, credentialHash: 'A'.repeat(43) })).toBe(
      'not-allowed',
    );
    await expect(a.query('sales', 'getOrder', { orderId })).rejects.toMatchObject({
      contractCode: 'unknown-order',
    });
    expect(await network.s.list('/orders')).toEqual([]);
  });
});

describe('a record that was tampered with', () => {
  let honest: QualityRecord;
  let ofB: RawGateway;

  beforeAll(() => {
    ofB = gatewayOf(B);
    honest = freshRecord(sold.quality, BITS);
  });

  it.each(['x', 'y', 'publicKey'] as const)(
    'is refused by the contract: a bit of %s flipped',
    async (field) => {
      const changed = { ...honest, [field]: flip(honest[field], 100) };
      expect(await b.submit('quality', 'publishPair', changed)).toMatch(/^bad-(vector|record)$/);
    },
  );

  /** The record as endorsed by both, with a bit of Enc(x) flipped in what is to be written. */
  async function tampered(): Promise<{ honest: Transaction; bytes: Uint8Array }> {
    const proposal = ofB.contract('quality').newProposal('publishPair', { arguments: [json(honest)] });
    const endorsed = await proposal.endorse();
    return { honest: endorsed, bytes: withChangedWrite(endorsed.getBytes(), honest.x, flip(honest.x, 100)) };
  }

  it('is invalid when a ciphertext was changed after its endorsement', async () => {
    // B signs it again itself; what A's and B's peers have signed is another record.
    const submitted = await ofB.gateway.newTransaction((await tampered()).bytes).submit();
    expect(await verdictOf(submitted)).toBe('ENDORSEMENT_POLICY_FAILURE');
    const { pairId } = honest;
    await expect(a.query('quality', 'getPair', { pairId })).rejects.toMatchObject({
      contractCode: 'unknown-pair',
    });
  });

  it('is not even ordered when it was changed after B had signed it', async () => {
    const { honest: endorsed, bytes } = await tampered();
    const signature = await ofB.sign(endorsed.getDigest());
    expect(await refusalOf(ofB.gateway.newSignedTransaction(bytes, signature).submit())).toMatch(/FORBIDDEN/);
  });

  it('is recorded as B made it, after all that', async () => {
    expect(await b.submit('quality', 'publishPair', honest)).toBeUndefined();
    expect(await a.query('quality', 'getPair', { pairId: honest.pairId })).toEqual(honest);
  });
});

describe('a transaction whose timestamp is', () => {
  /** S sets the price that it has set, at another time. */
  async function endorseAt(offset: number): Promise<string> {
    const { minorUnits, currency } = await s.query<PriceRecord>('sales', 'getPrice', { servicer: S });
    const raw = gatewayOf(S);
    const input = { arguments: [json({ minorUnits, currency })] };
    const proposal = raw.contract('sales').newProposal('setPrice', input);
    return refusalOf(raw.at(new Date(Date.now() + offset), proposal).endorse());
  }

  it.each([
    ['30 days old', -30 * 24 * 60 * MINUTE],
    ['3 minutes old', -3 * MINUTE],
    ['3 minutes ahead', 3 * MINUTE],
  ])('%s: gets no endorsement', async (_, offset) => {
    expect(await endorseAt(offset)).toMatch(/timestamp/);
  });

  it('a minute old: is endorsed, as clocks differ', async () => {
    expect(await endorseAt(-MINUTE)).toBe('not refused');
  });
});

describe('on NATS', () => {
  it('a company cannot write where another one would, nor read what is for another one', async () => {
    const nats = await s.nats();
    const refused: string[] = [];
    void (async () => {
      for await (const { permissionContext } of nats.status()) {
        if (permissionContext) refused.push(`${permissionContext.operation} ${permissionContext.subject}`);
      }
    })();
    const forbidden = [`${replyPrefixOf(A)}.reply`, batchSubjectOf(A, 'comparisons'), inboxSubjectOf(S)];
    for (const subject of forbidden) nats.publish(subject, 'in A’s name');
    nats.subscribe(inboxSubjectOf(B));
    await nats.flush();
    await new Promise(setImmediate);
    expect(refused).toEqual([
      ...forbidden.map((subject) => `publish ${subject}`),
      `subscription ${inboxSubjectOf(B)}`,
    ]);
  });

  it('a company is not let in under another’s name', async () => {
    const { user } = network.surroundings.broker!.connectionOf(A);
    const own = network.surroundings.broker!.connectionOf(S);
    await expect(connect(connectionOptions({ ...own, user }))).rejects.toMatchObject({
      code: 'AUTHORIZATION_VIOLATION',
    });
  });

  it('what S writes to B’s inbox in A’s name is refused at the door', async () => {
    const { pairId, zHash, z } = sold;
    const payload = { requestId: randomId(), pairId, zHash, rise: encode(z.rise) };
    const message = { type: 'answer-request', to: B, payload };
    const before = seen.refusals().length;
    const claimed = await s.sign({ ...message, from: A });
    expectRefusedAtTheDoor(await s.deliver(B, claimed.jws));
    const body: unknown = JSON.parse(Buffer.from(claimed.jws.split('.')[1]!, 'base64url').toString());
    const withCertificateOfA = forge(
      headerOf(a.identity.client.certificateDer),
      body,
      s.identity.client.privateKey,
    );
    expectRefusedAtTheDoor(await s.deliver(B, withCertificateOfA));
    expect(seen.refusals().slice(before)).toEqual([
      'envelope-certificate-not-issued-by-root',
      'envelope-signature',
    ]);
    expect(seen.requests().size).toBe(0);
  });
});

describe('S, paid for a record', () => {
  let orders: OrderedPair;

  beforeAll(async () => {
    await network.network.company(S).stop();
    orders = new OrderedPair(network, sold.pairId);
  });

  it.each(['the vector of another pair', 'a digit more', 'one byte cut'])(
    'who delivers %s: A disputes and requests nothing',
    async (name) => {
      const { id, orderId } = await orders.order();
      await deliverRecord(s, A, orderId, { ...honestDelivery(sold), w: WRONG_VECTORS[name]!(sold, other) });
      const ended = await reaches(network, id, ['disputed']);
      expect(ended).toMatchObject({ outcome: null, reason: { code: 'wrong-record' } });
      expect(await s.query<Order>('sales', 'getOrder', { orderId })).toMatchObject({ receivedAt: null });
      expect(seen.requests().size).toBe(0);
    },
  );
});

describe('A, who has the record', () => {
  beforeAll(() => network.network.company(A).stop());

  it('brings no request on the ledger with another vector, or another hash', async () => {
    const { pairId, zHash, slot, w } = other;
    const terms = {
      requestId: randomId(),
      pairId,
      zHash,
      nonce: randomId(),
      expiresAt: Date.now() + MINUTE,
      slot,
    };
    const submit = (vector: typeof w, changes = {}): Promise<string | undefined> =>
      a.submit(
        'quality',
        'requestComparison',
        { ...terms, ...changes },
        { w: scheme.encodeCiphertexts(vector) },
      );
    expect(await submit([w[1]!, w[0]!, ...w.slice(2)])).toBe('bad-vector');
    expect(await submit(w, { zHash: sold.zHash })).toBe('wrong-evaluation');
  });

  it('gets no answer to a question that differs from the one on the ledger by a bit', async () => {
    const mailbox = await a.listen();
    try {
      const interrogator = new Interrogator(a, mailbox, seen);
      const honest = encode(other.z.rise);
      const questions = [0, 767, 768, 6_143].map((byte) => flip(honest, byte));
      expect(await interrogator.ask(other, questions)).toEqual(questions.map(() => 'refused'));
      expect(seen.given()).toEqual({ answers: 0, charged: 0 });
      expect(await a.query('quality', 'getBudget', { agreementId })).toMatchObject({ used: 0 });
    } finally {
      await mailbox.close();
    }
  });
});
