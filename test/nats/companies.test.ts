import { randomBytes } from 'node:crypto';
import { CompanyInHand } from '../attacks/company-in-hand';
import { expectRefusedAtTheDoor } from '../attacks/refusals';
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
import { Erp, withDeadLetters } from './erp';

let network: TestNetwork;
let erp: Erp;
let pairs: string[];

jest.setTimeout(300_000);

beforeAll(async () => {
  network = await startTestNetwork();
  erp = await Erp.open(network, A);
  await agree(network);
  pairs = await publishSeries(network, ['0.45', '0.41', '0.76']);
});
afterAll(async () => {
  await erp.close();
  await network.stop();
});

const newId = (): string => randomBytes(12).toString('base64url');
const comparisons = () => network.a.list<{ id: string; pairId: string }>('/comparisons');

function deadLetters(count: number) {
  return waitFor(`${count} dead letters`, async () => {
    const letters = await withDeadLetters(network, erp, (all) => all.list());
    return letters.length >= count && letters;
  });
}

describe('a batch of comparisons', () => {
  it('with a pair that nobody published buys nothing, and says which', async () => {
    const [pairId = ''] = pairs;
    await erp.send('comparisons', { id: newId(), pairIds: [pairId, 'AAAAAAAAAAAAAAAAAAAAAA'] });
    const [letter] = await deadLetters(1);
    expect(letter?.refusal).toMatchObject({ code: 'pair-not-found', errors: [{ path: 'pairIds[1]' }] });
    expect(await comparisons()).toEqual([]);
  });

  it('that is not what POST /comparisons takes is refused as there', async () => {
    await erp.send('comparisons', { id: newId(), pairIds: pairs, limit: 3 });
    await erp.send('comparisons', { id: newId(), pairIds: ['x'] });
    await erp.send('comparisons', { id: newId(), pairIds: Array.from({ length: 101 }, () => newId()) });
    await erp.send('comparisons', { id: newId(), pairIds: pairs, force: 'yes' });
    const letters = await deadLetters(5);
    expect(letters.slice(1).map(({ refusal }) => refusal?.code)).toEqual(Array(4).fill('validation-failed'));
    expect(await comparisons()).toEqual([]);
  });

  it('buys and compares each pair once, however often and under whatever id it is sent', async () => {
    const batch = { id: newId(), pairIds: pairs };
    await erp.send('comparisons', batch);
    await erp.send('comparisons', batch);
    await erp.send('comparisons', { ...batch, id: newId() });
    const bought = await waitFor('the comparisons', async () => {
      const list = await comparisons();
      return list.length > 0 && list;
    });
    for (const { id } of bought) await reaches(network, id, ['verified'], { timeout: 120_000 });
    expect((await comparisons()).map(({ pairId }) => pairId).sort()).toEqual([...pairs].sort());
    const orders = await network.s.list<{ state: string }>('/orders');
    expect(orders).toHaveLength(pairs.length);
  });
});

describe('S, as its own user at the broker', () => {
  let s: CompanyInHand;

  beforeAll(async () => {
    s = await CompanyInHand.open(network, S);
  });
  afterAll(() => s.close());

  it('cannot speak for A: an envelope in A’s name is refused by its signature', async () => {
    const [pairId = ''] = pairs;
    const hash = randomBytes(32).toString('base64url');
    const payload = { requestId: randomBytes(16).toString('base64url'), pairId, zHash: hash, rise: hash };
    const { jws } = await s.sign({ type: 'answer-request', from: A, to: B, payload });
    expectRefusedAtTheDoor(await s.deliver(B, jws));
    const reasons = network.logs(B).filter((line) => line.includes('an envelope was refused'));
    expect(reasons.at(-1)).toContain('envelope-certificate-not-issued-by-root');
  });

  it('is refused by the broker when it writes where only A’s ERP may', async () => {
    const connection = await s.nats();
    const publishing = connection.jetstream().publish(`tacit.batch.${A}.comparisons`, 'x');
    await expect(publishing).rejects.toMatchObject({ code: 'PERMISSIONS_VIOLATION' });
  });
});
