// A servicer who delivers something else than the key holder published: A disputes and asks nothing, and a question
// built from it is refused by the contract and by B.
import { evaluate, evaluationHash } from '@tacit/comparison';
import type { Order } from '@tacit/contracts';
import type { PaillierCiphertext } from '@tacit/paillier';
import {
  A,
  agree,
  B,
  publishSeries,
  reaches,
  S,
  startTestNetwork,
  waitFor,
  type TestNetwork,
} from '../support';
import { encode, Interrogator, openRequest, readPair, scheme, type KnownPair } from './asking';
import { CompanyInHand, randomId } from './company-in-hand';
import { SeenByB } from './seen-by-b';
import {
  deliverRecord,
  deliveryOf,
  honestDelivery,
  OrderedPair,
  WRONG_VECTORS,
  type XorDelivery,
} from './wrong-deliveries';

jest.setTimeout(300_000);

const BITS = 8;

let network: TestNetwork;
let servicer: CompanyInHand;
let evaluator: CompanyInHand;
let seen: SeenByB;
let agreementId: string;
let sold: KnownPair;
let other: KnownPair;

beforeAll(async () => {
  network = await startTestNetwork();
  agreementId = await agree(network, { bits: BITS, scale: 0, measure: 'bit' });
  const pairIds = await publishSeries(network, ['100', '37', '200']);
  await network.network.company(S).stop();
  servicer = await CompanyInHand.open(network, S);
  evaluator = await CompanyInHand.open(network, A);
  seen = new SeenByB(network);
  [sold, other] = (await Promise.all(
    pairIds.map((pairId, slot) => readPair(evaluator, servicer, pairId, slot)),
  )) as [KnownPair, KnownPair];
});

afterAll(async () => {
  seen.close();
  await servicer.close();
  await evaluator.close();
  await network.stop();
});

describe('a delivery to A', () => {
  let orders: OrderedPair;

  beforeAll(() => {
    orders = new OrderedPair(network, sold.pairId);
  });

  const deliveries: readonly (readonly [string, () => XorDelivery])[] = [
    ...Object.entries(WRONG_VECTORS).flatMap(([name, vector]) => [
      [name, () => ({ ...honestDelivery(sold), w: vector(sold, other) })] as const,
      [`${name}, with its own hash`, () => deliveryOf(vector(sold, other), sold)] as const,
    ]),
    ['another pair’s record for this order', () => honestDelivery(other)],
    [
      'another pair’s record under this pair’s name',
      () => ({ ...honestDelivery(other), pairId: sold.pairId }),
    ],
    ['another key', () => ({ ...honestDelivery(sold), keyId: other.quality.keyId })],
  ];

  it.each(deliveries)('%s: disputed, and nothing is requested', async (_name, delivery) => {
    const { id, orderId } = await orders.order();
    await deliverRecord(servicer, A, orderId, delivery());
    const ended = await reaches(network, id, ['disputed']);
    expect(ended.reason).toMatchObject({ code: 'wrong-record' });
    expect(ended.outcome).toBeNull();
    const disputed = await waitFor('the order is disputed', async () => {
      const stored = await servicer.query<Order>('sales', 'getOrder', { orderId });
      return stored.ended !== null && stored;
    });
    expect(disputed).toMatchObject({ receivedAt: null, ended: { state: 'disputed' } });
    expect(await evaluator.query('quality', 'getBudget', { agreementId })).toMatchObject({ used: 0 });
    expect(seen.requests().size).toBe(0);
  });

  it('as published is taken, after all that', async () => {
    await network.network.company(B).stop();
    const { id, orderId } = await orders.order();
    await deliverRecord(servicer, A, orderId, honestDelivery(sold));
    await reaches(network, id, ['requested']);
    expect(await evaluator.query('quality', 'getBudget', { agreementId })).toMatchObject({ used: 1 });
  });
});

describe('a question built from a wrong vector', () => {
  interface Wrong {
    readonly w: readonly PaillierCiphertext[];
    readonly zHash: string;
    readonly rise: string;
  }

  function wrong(change: (w: readonly PaillierCiphertext[]) => readonly PaillierCiphertext[]): Wrong {
    const { pairId, quality, publicKey, x, y } = other;
    const w = change(other.w);
    const z = evaluate(scheme, publicKey, { x, y, w });
    const zHash = evaluationHash(scheme, { keyId: quality.keyId, pairId, bits: BITS }, z);
    return { w, zHash, rise: encode(z.rise) };
  }

  const changes: readonly [string, Parameters<typeof wrong>[0]][] = [
    ['exchanged', (w) => [w[1]!, w[0]!, ...w.slice(2)]],
    ['reversed', (w) => [...w].reverse()],
    ['replaced', () => other.x],
  ];

  it.each(changes)('%s: the contract records no request', async (_name, change) => {
    const { w, zHash } = wrong(change);
    const { pairId, slot } = other;
    const terms = {
      requestId: randomId(),
      pairId,
      zHash,
      nonce: randomId(),
      expiresAt: Date.now() + 60_000,
      slot,
    };
    const submit = (vector: readonly PaillierCiphertext[]): Promise<string | undefined> =>
      evaluator.submit('quality', 'requestComparison', terms, { w: scheme.encodeCiphertexts(vector) });
    expect(await submit(w)).toBe('bad-vector');
    expect(await submit(other.w)).toBe('wrong-evaluation');
  });

  it('is refused by B, also under an honest request', async () => {
    await network.network.company(A).stop();
    await network.restart(B);
    const mailbox = await evaluator.listen();
    const interrogator = new Interrogator(evaluator, mailbox, seen);
    try {
      const { pairId } = other;
      const questions = changes.map(([, change]) => wrong(change));
      const requestId = await openRequest(evaluator, other);
      const asked = await Promise.all(
        questions.map(({ zHash, rise }) => interrogator.askOne({ requestId, pairId, zHash, rise })),
      );
      const refused = { reply: 'refused', reason: 'request-differs-from-ledger' };
      expect(asked).toMatchObject(questions.map(() => refused));
      await interrogator.ended(requestId);
      // Under the hash that the ledger has; `ask` checks that B compared the bytes.
      const replies = await interrogator.ask(
        other,
        questions.map(({ rise }) => rise),
      );
      expect(replies).toEqual(questions.map(() => 'refused'));
      expect(seen.given()).toEqual({ answers: 0, charged: 0 });
    } finally {
      await mailbox.close();
    }
  });
});
