// A key holder that decrypts what arrives is an oracle: an evaluator reads a 32-bit value in seven questions, and in
// 32 where only the decrypted values are checked. B answers for bytes that it computed itself, so both learn nothing.
import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import {
  bitsOf,
  encryptPair,
  evaluate,
  evaluationHash,
  vectorHash,
  type QualityRecord,
} from '@tacit/comparison';
import { canonicalBytes, fromBase64url, toBase64url } from '@tacit/core';
import {
  bitEncryptor,
  isZero,
  decrypt,
  keygen,
  makeNonceFactors,
  paillierScheme,
  testProfile,
  type PaillierCiphertext,
} from '@tacit/paillier';
import Database from 'libsql';
import { ledgerDirOf } from '../../tools/company-process';
import { A, agree, B, publishSeries, S, startTestNetwork, type TestNetwork } from '../support';
import { encode, Interrogator, openRequest, readPair, scheme, type KnownPair } from './asking';
import { CompanyInHand, randomId } from './company-in-hand';
import { probeQuestions, readProbes, readWindows, windowQuestions, type Reply } from './crafted-questions';
import type { Mailbox } from './mailbox';
import { expectRefusedAtTheDoor, expectTimingClass } from './refusals';
import { SeenByB } from './seen-by-b';

jest.setTimeout(300_000);

const BITS = 32;
const BUDGET = 5;
/** Two values of X that differ in every bit: what an attack says about both alike, it does not know. */
const FIRST = 0xa5c3_0f96;
const SECOND = 0x5a3c_f069;
const LAST = 0x5a3c_f0ff;

describe('the attacks, on the key holder of the paper', () => {
  const profile = testProfile(64);
  const small = paillierScheme(profile);
  const { publicKey, secretKey } = keygen(profile);
  const factors = makeNonceFactors(secretKey, 3 * BITS, 'uniform', randomBytes);
  const values = { pairId: randomId(), bits: BITS, x: BigInt(FIRST), y: BigInt(SECOND) };
  const published = encryptPair(small, bitEncryptor(publicKey, factors), values);
  const vector = (text: string): PaillierCiphertext[] =>
    small.decodeCiphertexts(publicKey, fromBase64url(text), BITS);
  const [x, y, w] = [vector(published.x), vector(published.y), vector(published.w)];

  it('seven questions read X off one who says where the zero is', () => {
    const questions = windowQuestions(small, publicKey, x);
    expect(questions).toHaveLength(7);
    const replies = questions.map((slots) => {
      const index = slots.findIndex((slot) => isZero(secretKey, slot));
      return index < 0 ? 'refused' : { index };
    });
    expect(readWindows(replies, BITS)).toEqual(bitsOf(values.x, BITS));
  });

  it('32 questions read X off one who checks what the slots decrypt to', () => {
    const honest = evaluate(small, publicKey, { x, y, w }).rise;
    const expected = honest.map((slot) => decrypt(secretKey, slot));
    const replies = probeQuestions(small, publicKey, x, honest).map((slots): Reply => {
      const asExpected = slots.every((slot, i) => decrypt(secretKey, slot) === expected[i]);
      return asExpected ? { index: 0 } : 'refused';
    });
    expect(replies).toHaveLength(32);
    expect(readProbes(replies)).toEqual(bitsOf(values.x, BITS));
  });
});

describe('the attacks, on B', () => {
  let network: TestNetwork;
  let evaluator: CompanyInHand;
  let mailbox: Mailbox;
  let seen: SeenByB;
  let interrogator: Interrogator;
  let agreementId: string;
  let first: KnownPair;
  let second: KnownPair;

  beforeAll(async () => {
    network = await startTestNetwork();
    agreementId = await agree(network, { bits: BITS, scale: 0, measure: 'bit', answerBudget: BUDGET });
    const pairIds = await publishSeries(network, [FIRST, SECOND, LAST].map(String));
    // From here on somebody else has A's keys and A's address.
    await network.network.company(A).stop();
    evaluator = await CompanyInHand.open(network, A);
    mailbox = await evaluator.listen();
    seen = new SeenByB(network);
    interrogator = new Interrogator(evaluator, mailbox, seen);
    const servicer = await CompanyInHand.open(network, S);
    [first, second] = (await Promise.all(
      pairIds.map((pairId, slot) => readPair(evaluator, servicer, pairId, slot)),
    )) as [KnownPair, KnownPair];
    await servicer.close();
  });

  afterAll(async () => {
    seen.close();
    await mailbox.close();
    await evaluator.close();
    await network.stop();
  });

  afterEach(async () => {
    expect(seen.given()).toEqual({ answers: 0, charged: 0 });
    expect(await evaluator.query('quality', 'getBudget', { agreementId })).toMatchObject({ used: 0 });
    expect(mailbox.envelopes.filter(({ body }) => body.type !== 'refusal')).toEqual([]);
    const { items } = await network.b.get<{ items: unknown[] }>('/disclosures');
    expect(items).toEqual([]);
  });

  /** Asks the same about both values of X. */
  async function askBoth(questions: (pair: KnownPair) => readonly string[]): Promise<readonly Reply[][]> {
    return Promise.all([first, second].map((pair) => interrogator.ask(pair, questions(pair))));
  }

  it('seven windows tell nothing', async () => {
    const replies = await askBoth(({ publicKey, x }) => windowQuestions(scheme, publicKey, x).map(encode));
    const unknown = new Array<null>(BITS).fill(null);
    expect(replies.map((each) => readWindows(each, BITS))).toEqual([unknown, unknown]);
  });

  it('32 probes say the same of a value and of its complement', async () => {
    const replies = await askBoth(({ publicKey, x, z }) =>
      probeQuestions(scheme, publicKey, x, z.rise).map(encode),
    );
    const [ofFirst = [], ofSecond = []] = replies.map(readProbes);
    expect(ofFirst).toHaveLength(32);
    expect(ofFirst).toEqual(ofSecond);
  });

  it('nothing but the honest question is answered, however little it differs', async () => {
    const other = encode(second.z.rise);
    const questions = Object.entries(MALFORMED).map(([name, make]) => ({ name, rise: make(first, other) }));
    const honest = encode(first.z.rise);
    expect(questions.filter(({ rise }) => rise === honest)).toEqual([]);
    expect(new Set(questions.map(({ rise }) => rise)).size).toBe(questions.length);
    const replies = await interrogator.ask(
      first,
      questions.map(({ rise }) => rise),
    );
    expect(replies.filter((reply) => reply !== 'refused')).toEqual([]);
  });

  it('a refusal takes the same time whatever its cause', async () => {
    const { pairId, zHash, z } = first;
    const rise = encode(z.rise);
    const elapsed: Record<string, number[]> = {};
    for (let round = 0; round < 3; round++) {
      const requestId = await openRequest(evaluator, first);
      const honest = { requestId, pairId, zHash, rise };
      const judged = await Promise.all(
        [
          { ...honest, pairId: randomId() },
          { ...honest, requestId: randomId() },
          { ...honest, zHash: second.zHash },
          { ...honest, rise: encode(second.z.rise) },
        ].map((payload) => interrogator.askOne(payload)),
      );
      for (const { reason, elapsed: each } of judged) (elapsed[reason ?? 'none'] ??= []).push(each);
      const { jws } = await evaluator.sign({ type: 'answer-request', to: B, payload: honest });
      const delivery = await evaluator.deliver(B, `${jws.slice(0, -2)}AA`);
      expectRefusedAtTheDoor(delivery);
      (elapsed['door'] ??= []).push(delivery.elapsed);
      await interrogator.ended(requestId);
    }
    expect(Object.keys(elapsed).sort()).toEqual([
      'door',
      'not-the-published-pair',
      'request-differs-from-ledger',
      'request-not-on-ledger',
      'unknown-pair',
    ]);
    Object.values(elapsed).forEach(expectTimingClass);
  });

  it('a record that was overwritten on the ledger is not the published one', async () => {
    const overwritten = overwriteRecord(network, second);
    // The contract believes the ledger, so the request about the false record is recorded.
    const requestId = await openRequest(evaluator, overwritten);
    const { pairId, zHash, z } = overwritten;
    const asked = await interrogator.askOne({ requestId, pairId, zHash, rise: encode(z.rise) });
    expect(asked).toMatchObject({ reply: 'refused', reason: 'not-the-published-pair' });
    await interrogator.ended(requestId);
  });
});

/** Deterministic, so that a failure can be repeated. */
const BYTES_AND_BITS = [0, 1, 767, 768, 5_000, 12_345, 20_000, 24_575].map((byte, i) => [byte, i] as const);

const replaced = ({ z }: KnownPair, at: number, value: bigint): string =>
  encode(z.rise.map((slot, i) => (i === at ? { ...slot, value } : slot)));

/** Questions of which each is wrong in one way. A slot takes 768 bytes, the question has 32 slots. */
const MALFORMED: Readonly<Record<string, (pair: KnownPair, riseOfOther: string) => string>> = {
  ...Object.fromEntries(
    BYTES_AND_BITS.map(([byte, bit]) => [
      `bit ${bit} of byte ${byte} flipped`,
      ({ z }: KnownPair) => {
        const bytes = Buffer.from(encode(z.rise), 'base64url');
        bytes[byte] = (bytes[byte] ?? 0) ^ (1 << bit);
        return bytes.toString('base64url');
      },
    ]),
  ),
  'two slots swapped': ({ z: { rise } }) => encode([...rise.slice(0, 30), rise[31]!, rise[30]!]),
  'most significant first': ({ z: { rise } }) => encode([...rise].reverse()),
  'rotated by one': ({ z: { rise } }) => encode([...rise.slice(1), rise[0]!]),
  'one slot cut': ({ z: { rise } }) => encode(rise.slice(0, 31)),
  'the first slot only': ({ z: { rise } }) => encode(rise.slice(0, 1)),
  'one slot too many': ({ z: { rise } }) => encode([...rise, rise[0]!]),
  'one byte cut': ({ z: { rise } }) => cut(encode(rise), 24_575),
  'half a slot cut': ({ z: { rise } }) => cut(encode(rise), 24_192),
  'one byte': () => 'AA',
  'zeros only': () => Buffer.alloc(24_576).toString('base64url'),
  'ones only': () => Buffer.alloc(24_576, 0xff).toString('base64url'),
  'the largest question there is': () => Buffer.alloc(98_304, 1).toString('base64url'),
  'fall instead of rise': ({ z }) => encode(z.fall),
  'Enc(x) itself': ({ x }) => encode(x),
  'Enc(y) itself': ({ y }) => encode(y),
  'Enc(w) itself': ({ w }) => encode(w),
  'one Enc(x_j) in every slot': ({ x }) => encode(x.map(() => x[7]!)),
  '`same` in every slot': ({ x, z }) => encode(x.map(() => z.same)),
  'the rise of another pair': (_, riseOfOther) => riseOfOther,
  'x and y exchanged': ({ publicKey, x, y, w }) =>
    encode(evaluate(scheme, publicKey, { x: y, y: x, w }).rise),
  'the sum over the less significant bits': ({ publicKey, x, y, w }) => {
    const reversed = { x: [...x].reverse(), y: [...y].reverse(), w: [...w].reverse() };
    return encode([...evaluate(scheme, publicKey, reversed).rise].reverse());
  },
  // The same plaintext in other bytes: what a check of plaintexts would let pass.
  'a slot re-randomised': (pair) => {
    const { modulus, modulusSquared } = pair.publicKey;
    const nonce = 0x1234_5678_9abc_def1n;
    return replaced(
      pair,
      5,
      (pair.z.rise[5]!.value * power(nonce, modulus, modulusSquared)) % modulusSquared,
    );
  },
  'a slot plus 1': (pair) =>
    replaced(pair, 5, scheme.addPlaintext(pair.publicKey, pair.z.rise[5]!, 1n).value),
  'a slot negated': (pair) =>
    replaced(pair, 5, scheme.negateAll(pair.publicKey, [pair.z.rise[5]!])[0]!.value),
  'a slot of 0': (pair) => replaced(pair, 5, 0n),
  'a slot of 1': (pair) => replaced(pair, 5, 1n),
  'a slot of n': (pair) => replaced(pair, 5, pair.publicKey.modulus),
  'a slot of n²': (pair) => replaced(pair, 5, pair.publicKey.modulusSquared),
  'a slot of −1': (pair) => replaced(pair, 5, pair.publicKey.modulusSquared - 1n),
  'a slot of all ones': (pair) => replaced(pair, 5, (1n << 6144n) - 1n),
};

function cut(rise: string, length: number): string {
  return Buffer.from(rise, 'base64url').subarray(0, length).toString('base64url');
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

/**
 * Whoever can write the channel's file replaces the record by one in which the first window of X stands in all slots,
 * with hashes that fit. @returns the pair as the ledger shows it then
 */
function overwriteRecord(network: TestNetwork, pair: KnownPair): KnownPair {
  const { pairId, quality, publicKey, y, w } = pair;
  const context = { keyId: quality.keyId, pairId, bits: BITS };
  const x = windowQuestions(scheme, publicKey, pair.x)[0]!;
  const encoded = scheme.encodeCiphertexts(x);
  const record: QualityRecord = {
    ...quality,
    x: toBase64url(encoded),
    xHash: vectorHash('x', context, encoded),
  };
  const file = new Database(path.join(ledgerDirOf(network.dir), 'quality.sqlite'), { timeout: 10_000 });
  const key = Buffer.from(`pair\0${pairId}\0`);
  const { changes } = file
    .prepare('UPDATE state SET value = ? WHERE key = ?')
    .run([Buffer.from(canonicalBytes(record)), key]);
  file.close();
  expect(changes).toBe(1);
  const z = evaluate(scheme, publicKey, { x, y, w });
  return { ...pair, quality: record, x, z, zHash: evaluationHash(scheme, context, z) };
}
