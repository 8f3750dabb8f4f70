// A servicer who delivers something else than the key holder published: A disputes and asks nothing, and a question
// built from it is refused by the contract and by B.
import { evaluate, evaluationHash, vectorHash } from '@tacit/comparison';
import type { MemberRecord, Order } from '@tacit/contracts';
import { fromBase64url, toBase64url } from '@tacit/core';
import { sealContent, type ContentOf } from '@tacit/messaging';
import type { PaillierCiphertext } from '@tacit/paillier';
import {
  A,
  agree,
  B,
  buy,
  publishSeries,
  reaches,
  S,
  startTestNetwork,
  waitFor,
  type ComparisonView,
  type TestNetwork,
} from '../support';
import { encode, Interrogator, openRequest, readPair, scheme, type KnownPair } from './asking';
import { CompanyInHand, randomId } from './company-in-hand';
import { deliver, expectAccepted } from './refusals';
import { SeenByB } from './seen-by-b';

jest.setTimeout(300_000);

const BITS = 8;
type Delivery = ContentOf<'xor-delivery'>;

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
  await servicer.ledger.close();
  await evaluator.ledger.close();
  await network.stop();
});

function honest({ pairId, quality, w }: KnownPair): Omit<Delivery, 'orderId'> {
  return { pairId, keyId: quality.keyId, wHash: quality.wHash, w: encode(w) };
}

/** The delivery with another vector, and with the hash that this vector has. */
function withVector(w: string, { pairId, quality }: KnownPair): Omit<Delivery, 'orderId'> {
  const context = { keyId: quality.keyId, pairId, bits: BITS };
  return { ...honest(sold), w, wHash: vectorHash('w', context, fromBase64url(w)) };
}

/** Vectors that are not Enc(w), made of whatever a servicer has. */
const VECTORS: Readonly<Record<string, (pair: KnownPair) => string>> = {
  'the vector of another pair': () => encode(other.w),
  'Enc(x), had it colluded': ({ x }) => encode(x),
  'one ciphertext cut': ({ w }) => encode(w.slice(0, -1)),
  'one byte cut': ({ w }) => toBase64url(scheme.encodeCiphertexts(w).subarray(0, -1)),
  'one ciphertext too many': ({ w }) => encode([...w, w[0]!]),
  'two ciphertexts exchanged': ({ w }) => encode([w[1]!, w[0]!, ...w.slice(2)]),
  'most significant first': ({ w }) => encode([...w].reverse()),
  'one ciphertext twice': ({ w }) => encode([w[0]!, w[0]!, ...w.slice(2)]),
  'a digit more': ({ publicKey, w }) => encode([scheme.addPlaintext(publicKey, w[0]!, 1n), ...w.slice(1)]),
  'a ciphertext of 0': ({ w }) => encode([{ ...w[0]!, value: 0n }, ...w.slice(1)]),
  'a ciphertext of −1': ({ publicKey, w }) =>
    encode([{ ...w[0]!, value: publicKey.modulusSquared - 1n }, ...w.slice(1)]),
};

describe('a delivery to A', () => {
  type Ordered = ComparisonView & { readonly order?: { readonly orderId: string } | null };
  let comparison: Ordered | undefined;

  async function sendTo(orderId: string, delivery: Omit<Delivery, 'orderId'>): Promise<void> {
    const id = randomId();
    const { encryptionKey } = await servicer.query<MemberRecord>('sales', 'getMember', { company: A });
    const binding = { from: S, to: A, id };
    const content = { orderId, ...delivery };
    const payload = await sealContent('xor-delivery', content, fromBase64url(encryptionKey), binding);
    const { jws } = await servicer.sign({ type: 'xor-delivery', to: A, id, payload });
    expectAccepted(await deliver(network.network.company(A).inbox, jws));
  }

  /** A orders the pair, or orders it again after a dispute. */
  async function order(): Promise<{ readonly id: string; readonly orderId: string }> {
    if (comparison === undefined) [comparison] = await buy(network, [sold.pairId]);
    else await network.a.post(`/comparisons/${comparison.id}/retry`, { force: true });
    const { id } = await reaches(network, comparison?.id ?? '', ['ordered']);
    // The comparison is ordered once the order is placed; A reads the order's own record after that.
    const { orderId } = await waitFor('A has read its order', async () => {
      comparison = await network.a.get<Ordered>(`/comparisons/${id}`);
      return comparison.order ?? false;
    });
    return { id, orderId };
  }

  const deliveries: readonly (readonly [string, () => Omit<Delivery, 'orderId'>])[] = [
    ...Object.entries(VECTORS).flatMap(([name, vector]) => [
      [name, () => ({ ...honest(sold), w: vector(sold) })] as const,
      [`${name}, with its own hash`, () => withVector(vector(sold), sold)] as const,
    ]),
    ['another pair’s record for this order', () => honest(other)],
    ['another pair’s record under this pair’s name', () => ({ ...honest(other), pairId: sold.pairId })],
    ['another key', () => ({ ...honest(sold), keyId: other.quality.keyId })],
  ];

  it.each(deliveries)('%s: disputed, and nothing is requested', async (_name, delivery) => {
    const { id, orderId } = await order();
    await sendTo(orderId, delivery());
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
    const { id, orderId } = await order();
    await sendTo(orderId, honest(sold));
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
    const interrogator = new Interrogator(evaluator, mailbox, network.network.company(B).inbox, seen);
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
