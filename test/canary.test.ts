// What A must never hold: B's values. They are random here, and sought in every form in everything that A has.
import { randomBytes, randomInt } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { AtRest } from '@tacit/company';
import { bitsOf } from '@tacit/comparison';
import { openContent, type EnvelopeBody, type SealedPayload } from '@tacit/messaging';
import Database from 'libsql';
import { ledgerDirOf } from '../tools/company-process';
import { A, agree, B, compareAll, publishSeries, S, startTestNetwork, type TestNetwork } from './support';
import {
  filesUnder,
  readTable,
  search,
  searchFiles,
  tracesOfInteger,
  tracesOfText,
  type Find,
  type Trace,
} from './support/traces';

jest.setTimeout(300_000);

const BITS = 64;
const SCALE = 2;

/** Twelve digits and 40 bits each: too many for random bytes to be taken for them. */
const steps = [0, 1, 2].map(() => BigInt(randomInt(2 ** 39, 1_000_000_000_000)));
const values = steps.map((value) => `${value / 100n}.${(value % 100n).toString().padStart(2, '0')}`);
const [first = 0n, second = 0n, third = 0n] = steps;
const differences = [first - second, second - third].map((value) => (value < 0n ? -value : value));
/** The lots go to A with an answer; nobody else may see them. */
const labels = [0, 1, 2].map(() => `LOT-${randomBytes(8).toString('hex')}`);

const traces: readonly Trace[] = [
  ...values.flatMap((value, i) => tracesOfText(`value ${i + 1}`, value)),
  ...steps.flatMap((value, i) => tracesOfInteger(`value ${i + 1} encoded`, value, BITS)),
  ...differences.flatMap((value, i) => tracesOfInteger(`difference ${i + 1}`, value, BITS)),
];
const tracesOfLots = labels.flatMap((label, i) => tracesOfText(`lot ${i + 1}`, label));

describe('the search', () => {
  let folder: string;

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-canary-'));
  });

  afterEach(() => {
    fs.rmSync(folder, { recursive: true });
  });

  const value = values[0] ?? '';
  const step = first;
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(step);
  const reversed = Buffer.from(bytes).reverse();
  const carriers: readonly (readonly [string, Buffer | string])[] = [
    ['a reading in JSON', JSON.stringify({ quantity: 'moisture', value })],
    ['an encoded reading in JSON', `{"x":${step}}`],
    ['hexadecimal', `0x${step.toString(16)}`],
    ['bits in JSON', JSON.stringify(bitsOf(step, BITS))],
    ['a big-endian integer', bytes],
    ['a little-endian integer', reversed],
    ['an integer of five bytes', bytes.subarray(3)],
    ...['', 'a', 'ab'].flatMap((before) => {
      const inJson = Buffer.from(`${before}{"value":"${value}"}`);
      const inBytes = Buffer.concat([Buffer.from(before), bytes, Buffer.from(before)]);
      return [
        [`JSON in base64 after ${before.length} bytes`, inJson.toString('base64')],
        [`JSON in base64url after ${before.length} bytes`, inJson.toString('base64url')],
        [`bytes in base64url after ${before.length} bytes`, inBytes.toString('base64url')],
      ] as const;
    }),
  ];

  it.each(carriers)('finds a value in a file as %s', (_name, carrier) => {
    const clean = randomBytes(50_000);
    fs.writeFileSync(path.join(folder, 'clean'), clean);
    expect(searchFiles(filesUnder(folder), traces)).toEqual([]);
    const planted = path.join(folder, 'planted');
    fs.writeFileSync(planted, Buffer.concat([clean.subarray(0, 333), Buffer.from(carrier), clean]));
    const places = searchFiles(filesUnder(folder), traces).map(({ place }) => place);
    expect(new Set(places)).toEqual(new Set([planted]));
  });

  it('finds a value in a row of a database that is spread over pages', () => {
    const file = path.join(folder, 'rows.sqlite');
    const database = new Database(file);
    database.exec('CREATE TABLE records (text TEXT, bytes BLOB)');
    const text = `${'x'.repeat(4_080)}${values[0] ?? ''}`;
    for (let shift = 0; shift < 16; shift++) {
      database.prepare('INSERT INTO records VALUES (?, ?)').run(['x'.repeat(shift) + text, Buffer.alloc(3)]);
    }
    database.close();
    expect(searchFiles([file], traces)).toContainEqual({
      trace: 'value 1',
      place: `${file}, table records`,
    });
  });
});

describe('after comparisons under both measures', () => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await startTestNetwork();
    for (const measure of ['bit', 'magnitude'] as const) {
      await agree(network, { bits: BITS, scale: SCALE, measure });
    }
    const compared = await compareAll(network, await publishSeries(network, values, { lots: labels }));
    expect(compared.map(({ outcome }) => outcome?.direction)).not.toContain(undefined);
  });

  afterAll(async () => {
    await network.stop();
  });

  function ledgerFiles(...channels: readonly string[]): string[] {
    const files = filesUnder(ledgerDirOf(network.dir));
    return files.filter((file) => channels.some((name) => path.basename(file).startsWith(`${name}.`)));
  }

  function databaseOf(company: string): string {
    return path.join(network.stateDir(company), 'company.sqlite');
  }

  /** Sealed parts opened with A's own key: what the message says to A, not what it says on its way. */
  async function messagesToA(): Promise<{ readonly type: string; readonly content: string }[]> {
    const { keyFile } = network.network.company(A).options;
    const [row] = readTable(databaseOf(A), 'secret').filter(({ name }) => name === 'encryption-key');
    const pair = new AtRest(new Uint8Array(fs.readFileSync(keyFile))).open(
      'encryption-key',
      String(row?.sealed),
    );
    return Promise.all(
      readTable(databaseOf(A), 'received_message').map(async ({ jws }) => {
        const text = Buffer.from(String(jws).split('.')[1] ?? '', 'base64url').toString();
        const body = JSON.parse(text) as EnvelopeBody;
        const { type } = body;
        if (type !== 'answer' && type !== 'xor-delivery') return { type, content: text };
        const content = await openContent(type, body.payload as SealedPayload, pair.slice(32), body);
        return { type, content: text + JSON.stringify(content) };
      }),
    );
  }

  it('nothing that A keeps holds a value of B’s', async () => {
    const files = [...filesUnder(network.stateDir(A)), network.network.company(A).logFile];
    expect(files).toContain(databaseOf(A));
    expect(searchFiles(files, traces)).toEqual([]);
    // The lots of answered pairs are there, so these files are the ones that A writes to.
    expect(searchFiles(files, tracesOfLots)).not.toEqual([]);
  });

  it('nothing that A sees of the ledger holds one, nor the label of a lot', () => {
    const files = ledgerFiles('quality', 'sales');
    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['quality.sqlite', 'quality.answers.sqlite', 'sales.sqlite']),
    );
    expect(searchFiles(files, [...traces, ...tracesOfLots])).toEqual([]);
  });

  it('no message to A holds one', async () => {
    const messages = await messagesToA();
    const count = (wanted: string): number => messages.filter(({ type }) => type === wanted).length;
    expect([count('answer'), count('xor-delivery')]).toEqual([4, 4]);
    const finds = (sought: readonly Trace[]): Find[] =>
      messages.flatMap(({ type, content }) => search(content, type, sought));
    expect(finds(traces)).toEqual([]);
    expect(new Set(finds(tracesOfLots).map(({ place }) => place))).toEqual(new Set(['answer']));
  });

  it('A’s API tells none', async () => {
    const paths = [
      '/agreements',
      '/pairs',
      '/comparisons',
      '/changes?quantity=moisture',
      '/alerts',
      '/metrics',
    ];
    for (const each of paths) {
      expect(search(JSON.stringify(await network.a.get(each)), each, traces)).toEqual([]);
    }
  });

  it('S holds neither a value nor the label of a lot', () => {
    const files = [
      ...filesUnder(network.stateDir(S)),
      network.network.company(S).logFile,
      ...ledgerFiles('xor', 'sales'),
    ];
    expect(searchFiles(files, [...traces, ...tracesOfLots])).toEqual([]);
  });

  it('B’s own files tell neither without its key', () => {
    const files = [...filesUnder(network.stateDir(B)), network.network.company(B).logFile];
    expect(searchFiles(files, [...traces, ...tracesOfLots])).toEqual([]);
  });
});
