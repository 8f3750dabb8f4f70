// A company joins a network that is at work: nobody else is started again, and neither evaluator gets at the other's pairs.
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { RequestRecord } from '@tacit/contracts';
import { A2_CHANNELS, MANUFACTURER_A2 } from '../../tools/companies';
import { projectRoot } from '../../tools/paths';
import { CompanyInHand, randomId } from '../attacks/company-in-hand';
import type { AgreementView, MadePairView, OfferView, StatementView } from '../scenarios/views';
import {
  A,
  A2,
  agree,
  B,
  buy,
  enterSeries,
  published,
  publishSeries,
  reaches,
  S,
  startTestNetwork,
  waitFor,
  type TestNetwork,
} from '../support';
import { RawGateway, refusalOf } from './raw-gateway';

jest.setTimeout(240_000);

const MINUTE = 60_000;

describe('a company that joins a running network', () => {
  let network: TestNetwork;
  const pairsOf: Record<string, readonly string[]> = {};

  beforeAll(async () => {
    network = await startTestNetwork();
    await agree(network, { bits: 8 });
  });
  afterAll(() => network.stop());

  /** Process numbers of all that runs: nodes, broker, applications. */
  async function pids(): Promise<Record<string, number | undefined>> {
    const { fabric, broker } = network.surroundings;
    return Object.fromEntries<number | undefined>([
      ...(await fabric!.status()).map(({ name, pid }) => [name, pid] as const),
      ['broker', broker!.pid] as const,
      ...network.network.companies.map(({ pid, options: { company } }) => [company, pid] as const),
    ]);
  }

  /** A goes on comparing until it is told to stop. @returns how many comparisons were answered */
  async function keepComparing(goOn: () => boolean): Promise<number> {
    await publishSeries(network, ['0.10']);
    let answered = 0;
    while (goOn()) {
      const pairs = await publishSeries(network, [`0.${11 + answered}`], { firstMonth: 1 + answered });
      const [bought] = await buy(network, pairs);
      await reaches(network, bought!.id, ['answered']);
      answered += 1;
    }
    return answered;
  }

  it('comes in while A’s comparisons go on, and nobody is started again', async () => {
    const { fabric, broker } = network.surroundings;
    const before = await pids();
    let joining = true;
    const compared = keepComparing(() => joining);
    await fabric!.addCompany('a2');
    await broker!.addCompany(A2);
    await network.network.join(MANUFACTURER_A2, A2_CHANNELS);
    joining = false;
    expect(await compared).toBeGreaterThan(0);
    expect(await pids()).toMatchObject(before);
  });

  it('is learnt of through POST /partners', async () => {
    const displayName = 'Manufacturer-A2';
    const inbox = `nats://${A2}`;
    const partner = { company: A2, displayName, inbox };
    await network.b.post('/partners', { ...partner, channels: { quality: 'quality-a2' } });
    await network.s.post('/partners', { ...partner, channels: { sales: 'sales-a2' } });
    for (const [company, channels] of [
      [B, { quality: 'quality-a2' }],
      [S, { sales: 'sales-a2' }],
    ] as const) {
      const { inbox: address, options } = network.network.company(company);
      const entry = { company, displayName: options.displayName, inbox: address, channels };
      await network.client(A2).post('/partners', entry);
    }
    const { credential } = await network.s.post<{ credential: string }>('/customers', { company: A2 });
    await network.client(A2).put(`/partners/${S}/customer-credential`, { credential });
    const { items } = await network.client(A2).get<{ items: { company: string }[] }>('/partners');
    expect(items.map(({ company }) => company)).toEqual([B, S]);
  });

  it('makes an agreement with B, buys and gets its answer', async () => {
    await agree(network, { bits: 8, evaluator: A2, measure: 'bit' });
    const made = await enterSeries(network, ['0.45', '0.41', '0.76'], { firstMonth: 100 });
    const all = (await network.b.list<MadePairView>('/pairs')).filter(({ pairId }) => made.includes(pairId));
    for (const company of [A, A2]) {
      const own = all.filter(({ evaluator }) => evaluator === company).map(({ pairId }) => pairId);
      await published(network, own, company);
      pairsOf[company] = own;
    }
    const [bought] = await buy(network, [pairsOf[A2]![0]!], A2);
    const answered = await reaches(network, bought!.id, ['answered'], { evaluator: A2 });
    expect(answered.outcome).not.toBeNull();
    const { orders } = await network.s.get<StatementView>(`/statements?customer=${A2}`);
    expect(orders.map(({ pairId }) => pairId)).toEqual([pairsOf[A2]![0]]);
  });

  describe.each([
    [A, A2, '', '-a2'],
    [A2, A, '-a2', ''],
  ])('%s, about the pairs of %s', (company, other, ownSuffix, otherSuffix) => {
    let hand: CompanyInHand;

    beforeAll(async () => {
      hand = await CompanyInHand.open(network, company);
    });
    afterAll(() => hand.close());

    const foreign = (): string => pairsOf[other]![1]!;

    it('sees none of them and no agreement', async () => {
      const agreements = await network.client(company).list<AgreementView>('/agreements');
      expect(agreements).toHaveLength(1);
      const offers = (await network.client(company).list<OfferView>('/pairs')).map(({ pairId }) => pairId);
      expect(offers.filter((pairId) => pairsOf[other]!.includes(pairId))).toEqual([]);
    });

    it('cannot buy one from its own application', async () => {
      await expect(buy(network, [foreign()], company)).rejects.toMatchObject({ code: 'pair-not-found' });
    });

    it('reads none on either channel', async () => {
      const input = { pairId: foreign() };
      expect(await codeOf(hand.query(`quality${otherSuffix}`, 'getPair', input))).toBe('not-a-member');
      expect(await codeOf(hand.query(`quality${ownSuffix}`, 'getPair', input))).toBe('unknown-pair');
      expect(await codeOf(hand.query('xor', 'getXor', input))).toBe('not-a-member');
    });

    it.each([B, other])('is denied them by the peer of %s', async (member) => {
      const gateway = RawGateway.open(network.surroundings.fabric!, { company, peerOf: member });
      const contract = gateway.contract(`quality${otherSuffix}`);
      const input = { arguments: [JSON.stringify({ pairId: foreign() })] };
      expect(await refusalOf(contract.evaluate('getPair', input))).toMatch(/access denied/);
      expect(await refusalOf(contract.submit('getPair', input))).toMatch(/access denied/);
      gateway.close();
    });

    it('buys none past its application: S does not sell it', async () => {
      const { credential } = await network.s.post<{ credential: string }>(`/customers/${company}/credential`);
      const orderId = randomId();
      const order = {
        orderId,
        pairId: foreign(),
        servicer: S,
        price: { minorUnits: 250, currency: 'EUR' },
        deadline: Date.now() + 60 * MINUTE,
      };
      const transient = { credential: Buffer.from(credential, 'base64url') };
      expect(await hand.submit(`sales${otherSuffix}`, 'placeOrder', order, transient)).toBe('not-a-member');
      expect(await hand.submit(`sales${ownSuffix}`, 'placeOrder', order, transient)).toBeUndefined();
      await network.client(company).put(`/partners/${S}/customer-credential`, { credential });
      const ended = await waitFor('S has refused the order', async () => {
        const stored = await hand.query<{ ended: object | null }>(`sales${ownSuffix}`, 'getOrder', {
          orderId,
        });
        return stored.ended !== null && stored;
      });
      expect(ended).toMatchObject({ deliveredAt: null, ended: { state: 'refused', reason: 'not-for-sale' } });
    });

    it('brings no request about one on the ledger', async () => {
      const terms = {
        requestId: randomId(),
        pairId: foreign(),
        zHash: 'A'.repeat(43),
        nonce: randomId(),
        expiresAt: Date.now() + MINUTE,
        slot: 7,
      } satisfies RequestRecord['terms'];
      const submit = (suffix: string): Promise<string | undefined> =>
        hand.submit(`quality${suffix}`, 'requestComparison', terms, { w: new Uint8Array(8) });
      expect(await submit(otherSuffix)).toBe('not-a-member');
      expect(await submit(ownSuffix)).toBe('unknown-pair');
    });
  });

  it('has left A its own: a comparison of A is answered after all that', async () => {
    const [bought] = await buy(network, [pairsOf[A]![1]!]);
    expect((await reaches(network, bought!.id, ['answered'])).outcome).not.toBeNull();
  });
});

async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { contractCode, code } = error as { contractCode?: string; code?: string };
    return contractCode ?? code ?? String(error);
  }
  return 'not refused';
}

describe('npm run fabric:add-company', () => {
  let clone: string;

  const npm = (script: string, ...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
    promisify(execFile)('npm', ['run', '--silent', script, '--', ...args], { cwd: clone });

  /** Process numbers by name, from what a command prints. */
  const processes = (output: string): Record<string, string> =>
    Object.fromEntries<string>(
      [...output.matchAll(/^ {2}(\S+) +\S+ +process (\d+)$/gm)].map(([, name = '', pid = '']) => [name, pid]),
    );

  // A copy has a network of its own: this one's may be in use.
  beforeAll(() => {
    clone = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-copy-'));
    const left = new Set(['node_modules', '.git', '.tacit'].map((name) => path.join(projectRoot, name)));
    fs.cpSync(projectRoot, clone, { recursive: true, filter: (source) => !left.has(source) });
    fs.symlinkSync(path.join(projectRoot, 'node_modules'), path.join(clone, 'node_modules'));
  });

  afterAll(async () => {
    await npm('fabric:reset');
    fs.rmSync(clone, { recursive: true });
  });

  it('says that there is no network yet', async () => {
    await expect(npm('fabric:add-company', 'a2')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm run fabric:up'),
    });
  });

  it('adds a company to the running network and its broker, and stops nobody', async () => {
    const before = processes((await npm('fabric:up', '--ports', 'auto')).stdout);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['orderer', 'peer-a', 'chaincode-s', 'nats']));
    const { stdout } = await npm('fabric:add-company', 'a2');
    expect(stdout).toContain('quality-a2');
    const after = processes((await npm('fabric:status')).stdout);
    expect(after).toMatchObject(before);
    expect(Object.keys(after)).toEqual(expect.arrayContaining(['peer-a2', 'chaincode-a2']));
    expect(fs.existsSync(path.join(clone, '.tacit', 'broker', 'passwords', A2))).toBe(true);
  });

  it.each([[['a3']], [[]], [['a2', 'b']]])('refuses %j, naming what can be added', async (args) => {
    await expect(npm('fabric:add-company', ...args)).rejects.toMatchObject({
      stderr: expect.stringContaining('a2'),
    });
  });
});
