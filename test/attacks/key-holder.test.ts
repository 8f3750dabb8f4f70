// A key holder who answers what is not true, or publishes under a key that she has not proven: A believes nothing, and
// the ledger says so.
import { type Answer, type Finding } from '@tacit/comparison';
import type { RequestRecord } from '@tacit/contracts';
import {
  A,
  agree,
  B,
  buy,
  reaches,
  RestError,
  S,
  startTestNetwork,
  waitFor,
  type TestNetwork,
} from '../support';
import { CompanyInHand, randomId } from './company-in-hand';
import {
  proofOf,
  publishPair,
  questionAbout,
  recordAnswer,
  replaceKeyHolder,
  type OwnPair,
} from './lying-key-holder';
import type { Mailbox } from './mailbox';

jest.setTimeout(300_000);

/** The first difference between 41 and 76 is bit 6. */
const VALUES = { x: 41n, y: 76n };
const TRUTH: Finding = { direction: 'rise', index: 6 };

interface OfferedPair {
  readonly pairId: string;
  readonly price: unknown;
  readonly answerable: { readonly likely: boolean; readonly code: string };
}

let network: TestNetwork;
let keyHolder: CompanyInHand;
let mailbox: Mailbox;
let terms: { readonly agreementHash: string; readonly evaluator: string };

beforeAll(async () => {
  network = await startTestNetwork();
  const id = await agree(network, { bits: 8, scale: 0, measure: 'magnitude' });
  const { agreementHash } = await network.b.get<{ agreementHash: string }>(`/agreements/${id}`);
  terms = { agreementHash, evaluator: A };
  keyHolder = await CompanyInHand.open(network, B);
  mailbox = await replaceKeyHolder(network, keyHolder);
  await network.a.post('/alerts', { quantity: 'moisture', limit: '1', direction: 'any' });
});

afterAll(async () => {
  await mailbox.close();
  await keyHolder.close();
  await network.stop();
});

const offered = ({ quality: { pairId } }: OwnPair): Promise<OfferedPair> =>
  waitFor('A sees the pair and its price', async () => {
    const pairs = await network.a.list<OfferedPair>('/pairs');
    return pairs.find((pair) => pair.pairId === pairId && pair.price !== null);
  });

/** Publishes a pair, lets A ask about it, and answers. @returns how it ends at A, and what the ledger says */
async function play(
  answerOf: (pair: OwnPair, asked: Pick<Answer, 'requestId' | 'zHash'>) => Finding & Pick<Answer, 'proof'>,
): Promise<{ readonly comparison: Awaited<ReturnType<typeof reaches>>; readonly verdict: string | null }> {
  const pair = await publishPair(keyHolder, terms, VALUES);
  const { pairId } = await offered(pair);
  const [comparison] = await buy(network, [pairId]);
  const { requestId, zHash } = await questionAbout(mailbox, pair);
  const answer = { requestId, pairId, zHash, salt: randomId(), ...answerOf(pair, { requestId, zHash }) };
  await recordAnswer(keyHolder, answer);
  const ended = await reaches(network, comparison?.id ?? '', ['verified', 'disputed', 'failed']);
  const verdict = await waitFor('A has recorded its verdict', async () => {
    const record = await keyHolder.query<RequestRecord>('quality', 'getRequest', { requestId });
    return record.verdict ?? false;
  });
  return { comparison: ended, verdict };
}

/** The honest proof of the truth, beside another claim. */
const claim =
  (finding: Finding): Parameters<typeof play>[0] =>
  (pair, asked) => ({ ...finding, proof: proofOf(pair, A, { ...TRUTH, ...asked }) });

describe('an answer', () => {
  it('that is true and proven is verified', async () => {
    const { comparison, verdict } = await play(claim(TRUTH));
    expect(comparison).toMatchObject({ state: 'verified', outcome: { ...TRUTH, proof: 'verified' } });
    expect(verdict).toBe('verified');
  });

  it.each<[string, Parameters<typeof play>[0]]>([
    ['of another direction, with the proof of the true one', claim({ ...TRUTH, direction: 'fall' })],
    ['of another index, with the proof of the true one', claim({ ...TRUTH, index: 5 })],
    ['of no change, with the proof of a change', claim({ direction: 'same', index: null })],
    [
      'that is true, with a proof made for another request',
      (pair, asked) => ({ ...TRUTH, proof: proofOf(pair, A, { ...TRUTH, ...asked, requestId: randomId() }) }),
    ],
    [
      'that is true, with a proof made for another company',
      (pair, asked) => ({ ...TRUTH, proof: proofOf(pair, S, { ...TRUTH, ...asked }) }),
    ],
    ['that is true, with no proof to speak of', () => ({ ...TRUTH, proof: 'AAAA' })],
  ])('%s is disputed, by A and on the ledger', async (_name, answerOf) => {
    const { comparison, verdict } = await play(answerOf);
    expect(comparison).toMatchObject({
      state: 'disputed',
      reason: { code: 'proof-refused' },
      outcome: { proof: 'refused' },
      sentence: 'moisture: the answer is disputed, its proof does not hold',
    });
    expect(verdict).toBe('disputed');
    const retry = network.a.post(`/comparisons/${comparison.id}/retry`, { force: true });
    await expect(retry).rejects.toMatchObject({ status: 409 });
  });

  it('that is disputed fires no alert and is no change', async () => {
    const [rule] = await network.a.list<{ fired: readonly unknown[] }>('/alerts');
    expect(rule?.fired).toHaveLength(1);
    const verified = await network.a.list('/comparisons?state=verified');
    expect(verified).toHaveLength(1);
  });
});

describe('a pair under a key', () => {
  it('that another company has proven is not offered for sale, and cannot be bought', async () => {
    const pair = await publishPair(keyHolder, terms, VALUES, S);
    const { pairId, answerable } = await offered(pair);
    expect(answerable).toMatchObject({ likely: false, code: 'flawed' });
    const forced = network.a.post('/comparisons', { pairIds: [pairId], force: true });
    await expect(forced).rejects.toBeInstanceOf(RestError);
    expect(await network.a.list('/comparisons')).toHaveLength(7);
  });
});
