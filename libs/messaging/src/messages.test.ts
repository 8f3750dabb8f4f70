import { toBase64url, utf8 } from '@tacit/core';
import fc from 'fast-check';
import {
  generateEncryptionKey,
  MAX_LIFETIMES,
  MAX_MESSAGE_BYTES,
  MAX_VECTOR_BYTES,
  mayTravel,
  MESSAGE_TYPES,
  MessageError,
  openContent,
  openEnvelope,
  openRefusalEvidence,
  readContent,
  readMessage,
  REFUSAL,
  REFUSAL_BYTES,
  seal,
  sealContent,
  signEnvelope,
  type AnswerRequest,
  type ContentOf,
  type Envelope,
  type MessageParty,
  type RefusalEvidence,
  type Route,
} from './index';
import { makeBody, makeCompany, NOW, openOptions, randomId, type TestCompany } from './envelope.fixture';

const HASH = toBase64url(new Uint8Array(32));
/** Seven roots at 6144 bits. */
const PROOF = toBase64url(new Uint8Array(7 * 768).fill(0x5a));
const VECTOR = toBase64url(new Uint8Array(MAX_VECTOR_BYTES).fill(0xa5));

function answerRequest(): AnswerRequest {
  return { requestId: randomId(), pairId: randomId(), zHash: HASH, rise: VECTOR };
}

function xorDelivery(): ContentOf<'xor-delivery'> {
  return { orderId: randomId(), pairId: randomId(), keyId: HASH, wHash: HASH, w: VECTOR };
}

function answer(
  direction: 'rise' | 'fall' | 'same',
  index: number | null,
  label = 'LOT-1',
): ContentOf<'answer'> {
  const lot = { salt: HASH, label };
  return {
    requestId: randomId(),
    pairId: randomId(),
    zHash: HASH,
    direction,
    index,
    salt: randomId(),
    proof: PROOF,
    lots: { x: lot, y: lot },
  };
}

describe('types of messages', () => {
  it('are a closed list with bounded lifetimes', () => {
    expect(MESSAGE_TYPES).toEqual([
      'xor-delivery',
      'answer-request',
      'answer',
      'refusal',
      'refusal-evidence',
    ]);
    expect([...MAX_LIFETIMES.keys()]).toEqual(MESSAGE_TYPES);
    for (const lifetime of MAX_LIFETIMES.values()) expect(lifetime).toBeLessThanOrEqual(7 * 86_400_000);
  });

  it('travel on their routes and on no other', () => {
    const parties: readonly MessageParty[] = ['keyHolder', 'evaluator', 'servicer'];
    const purposes = ['quality', 'xor', 'sales'] as const;
    const routes: readonly Route[] = purposes.flatMap((purpose) =>
      parties.flatMap((from) => parties.map((to) => ({ purpose, from, to }))),
    );
    const allowed = MESSAGE_TYPES.flatMap((type) =>
      routes
        .filter((route) => mayTravel(type, route))
        .map(({ purpose, from, to }) => `${type}: ${from} to ${to} on ${purpose}`),
    );
    expect(allowed).toEqual([
      'xor-delivery: servicer to evaluator on sales',
      'answer-request: evaluator to keyHolder on quality',
      'answer: keyHolder to evaluator on quality',
      'refusal: keyHolder to evaluator on quality',
      'refusal: servicer to evaluator on sales',
      'refusal-evidence: evaluator to servicer on sales',
    ]);
  });

  it('have one refusal, byte for byte', () => {
    expect(Buffer.from(REFUSAL_BYTES).toString()).toBe('{"code":"request-refused","status":"refused"}');
    expect(readMessage({ type: 'refusal', payload: REFUSAL })).toEqual({ type: 'refusal', payload: REFUSAL });
    expect(Object.isFrozen(REFUSAL)).toBe(true);
  });
});

describe('payloads', () => {
  const sealed = { enc: HASH, ciphertext: 'AAAA' };

  it('are read by type', () => {
    const payload = answerRequest();
    expect(readMessage({ type: 'answer-request', payload })).toEqual({ type: 'answer-request', payload });
    expect(readMessage({ type: 'answer', payload: sealed })).toEqual({ type: 'answer', payload: sealed });
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['a refusal with a reason', 'refusal', { ...REFUSAL, reason: 'z differs' }],
    ['a refusal with another code', 'refusal', { ...REFUSAL, code: 'unknown-pair' }],
    ['an answer in clear', 'answer', answer('rise', 6)],
    ['a delivery in clear', 'xor-delivery', xorDelivery()],
    ['a sealed payload with a third part', 'answer', { ...sealed, aad: 'AAAA' }],
    ['a sealed payload with a short key', 'answer', { ...sealed, enc: 'AAAA' }],
    ['a request without z', 'answer-request', { ...answerRequest(), zHash: undefined }],
    ['a request with fall', 'answer-request', { ...answerRequest(), fall: VECTOR }],
    ['a vector that is too long', 'answer-request', { ...answerRequest(), rise: `${VECTOR}AAAA` }],
    ['an empty vector', 'answer-request', { ...answerRequest(), rise: '' }],
    ['a vector with stray bits', 'answer-request', { ...answerRequest(), rise: 'AB' }],
    ['a vector in base64', 'answer-request', { ...answerRequest(), rise: 'AA+/' }],
    ['a vector as numbers', 'answer-request', { ...answerRequest(), rise: [1, 2] }],
    ['a pair named by a path', 'answer-request', { ...answerRequest(), pairId: '../../../../quality/xy' }],
    [
      'evidence without the request',
      'refusal-evidence',
      { orderId: randomId(), pairId: randomId(), refusal: 'x' },
    ],
  ])('refuses %s', (_, type, payload) => {
    expect(() => readMessage({ type, payload })).toThrow(`not a payload of ${type}`);
  });

  it.each(['order', '', '__proto__', 'toString'])('refuses the type %j', (type) => {
    expect(() => readMessage({ type, payload: {} })).toThrow('no such type');
  });

  it('accepts exactly the canonical base64url of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 80 }), (bytes) => {
        const rise = toBase64url(bytes);
        const message = readMessage({ type: 'answer-request', payload: { ...answerRequest(), rise } });
        expect(message.payload).toHaveProperty('rise', rise);
      }),
    );
  });
});

describe('sealed content', () => {
  const envelope = { from: 'CompanyB', to: 'CompanyA', id: randomId() };

  it('opens to what was sealed, and under the same type only', async () => {
    const key = await generateEncryptionKey();
    const content = answer('fall', 2);
    const payload = await sealContent('answer', content, key.publicKey, envelope);
    expect(await openContent('answer', payload, key.privateKey, envelope)).toEqual(content);
    const opening = openContent('xor-delivery', payload, key.privateKey, envelope);
    await expect(opening).rejects.toMatchObject({ code: 'sealed' });
  });

  it('looks alike for every answer, whatever its lots are called', async () => {
    const { publicKey } = await generateEncryptionKey();
    const labels = ['L', '水'.repeat(64), '\u0001'.repeat(64)];
    const answers = labels.flatMap((label) => [
      answer('rise', 0, label),
      answer('fall', 63, label),
      answer('same', null, label),
    ]);
    const payloads = await Promise.all(
      answers.map((content) => sealContent('answer', content, publicKey, envelope)),
    );
    expect(new Set(payloads.map(({ ciphertext }) => ciphertext.length)).size).toBe(1);
  });

  it.each<[string, unknown]>([
    ['same with an index', { ...answer('same', null), index: 3 }],
    ['rise without an index', answer('rise', null)],
    ['an index that no width has', answer('rise', 64)],
    ['a negative index', answer('fall', -1)],
    ['a fraction', answer('fall', 0.5)],
    ['another direction', { ...answer('rise', 1), direction: 'up' }],
    ['no proof', { ...answer('rise', 1), proof: '' }],
    ['a proof beyond every size', { ...answer('rise', 1), proof: 'A'.repeat(8_196) }],
    ['a reason', { ...answer('rise', 1), reason: '' }],
    ['null', null],
  ])('refuses an answer with %s', (_, content) => {
    expect(() => readContent('answer', content)).toThrow(MessageError);
  });

  it('refuses what is sealed but not JSON', async () => {
    const key = await generateEncryptionKey();
    for (const text of ['', 'hello', '{ }', '{"a":1}']) {
      const payload = await seal(key.publicKey, utf8(text), { ...envelope, type: 'answer' });
      const opening = openContent('answer', payload, key.privateKey, envelope);
      await expect(opening).rejects.toMatchObject({ code: 'content' });
    }
  });
});

describe('the largest messages', () => {
  it('stay under the limit: 64 ciphertexts of 1,536 bytes, sealed, in clear, and as evidence', async () => {
    const [a, b, s] = await Promise.all([makeCompany('A'), makeCompany('B'), makeCompany('S')]);
    const key = await generateEncryptionKey();
    const id = randomId();
    const delivery = await sealContent('xor-delivery', xorDelivery(), key.publicKey, {
      from: 'S',
      to: 'A',
      id,
    });
    const request = await signEnvelope(
      makeBody(a, b, { type: 'answer-request', payload: answerRequest() }),
      a,
    );
    const refusal = await signEnvelope(makeBody(b, a), b);
    const evidence = { orderId: randomId(), pairId: randomId(), refusal, request };
    const messages = [
      await signEnvelope(makeBody(s, a, { type: 'xor-delivery', id, payload: delivery }), s),
      request,
      await signEnvelope(makeBody(a, s, { type: 'refusal-evidence', payload: evidence }), a),
    ];
    for (const jws of messages) expect(jws.length).toBeLessThan(MAX_MESSAGE_BYTES / 2);
    expect(readMessage({ type: 'xor-delivery', payload: delivery })).toBeDefined();
    expect(readMessage({ type: 'refusal-evidence', payload: evidence })).toBeDefined();
  });
});

describe('evidence of a refusal', () => {
  let a: TestCompany;
  let b: TestCompany;
  let c: TestCompany;
  let s: TestCompany;
  beforeAll(async () => {
    [a, b, c, s] = await Promise.all([
      makeCompany('A'),
      makeCompany('B'),
      makeCompany('C'),
      makeCompany('S'),
    ]);
  });

  interface Story {
    readonly request: Parameters<typeof makeBody>[2];
    readonly refusal: Parameters<typeof makeBody>[2];
    readonly refuser: TestCompany;
    readonly asker: TestCompany;
    readonly pairId: string;
  }

  /** What A shows to S, with one thing changed; everything has expired long ago. */
  async function tell(change: (honest: Story) => Partial<Story>): Promise<unknown> {
    const payload = answerRequest();
    const past = { issuedAt: NOW - 7_200_000, expiresAt: NOW - 3_600_000 };
    const request = { type: 'answer-request', id: randomId(), payload, ...past };
    const refusal = { ...past, inReplyTo: request.id };
    const honest: Story = { request, refusal, refuser: b, asker: a, pairId: payload.pairId };
    const story = { ...honest, ...change(honest) };
    const evidence: RefusalEvidence = {
      orderId: randomId(),
      pairId: story.pairId,
      request: await signEnvelope(makeBody(story.asker, b, story.request), story.asker),
      refusal: await signEnvelope(makeBody(story.refuser, a, story.refusal), story.refuser),
    };
    return openRefusalEvidence(evidence, a.name, openOptions(s, a, b, c));
  }

  it('names who refused whose request', async () => {
    await expect(tell(() => ({}))).resolves.toMatchObject({
      keyHolder: 'B',
      refusalId: expect.any(String) as string,
      requestedAt: NOW - 7_200_000,
      refusedAt: NOW - 7_200_000,
    });
  });

  it.each<[string, (honest: Story) => Partial<Story>, string]>([
    ['a refusal by somebody who was not asked', () => ({ refuser: c }), 'recipient'],
    ['a request of another company', () => ({ asker: c }), 'evidence'],
    [
      'a refusal of another request',
      ({ refusal }) => ({ refusal: { ...refusal, inReplyTo: randomId() } }),
      'evidence',
    ],
    ['another pair', () => ({ pairId: randomId() }), 'evidence'],
    [
      'an answer in place of the refusal',
      ({ refusal }) => ({
        refusal: { ...refusal, type: 'answer', payload: { enc: HASH, ciphertext: 'AAAA' } },
      }),
      'evidence',
    ],
    [
      'no request at all',
      ({ request }) => ({ request: { ...request, type: 'refusal', payload: REFUSAL } }),
      'evidence',
    ],
    ['a malformed request', ({ request }) => ({ request: { ...request, payload: {} } }), 'payload'],
  ])('refuses %s', async (_, change, code) => {
    await expect(tell(change)).rejects.toMatchObject({ code });
  });

  it('tells a refusal that is shown again, with a request that was never sent', async () => {
    const id = randomId();
    const twice = await Promise.all(
      [1, 2].map(() => tell(({ refusal }) => ({ refusal: { ...refusal, id } }))),
    );
    expect(twice).toMatchObject([{ refusalId: id }, { refusalId: id }]);
  });

  it('refuses nonsense in place of envelopes', async () => {
    const evidence = { orderId: randomId(), pairId: randomId(), refusal: 'x', request: 'y' };
    const opening = openRefusalEvidence(evidence, a.name, openOptions(s, a, b));
    await expect(opening).rejects.toMatchObject({ code: 'malformed' });
  });
});

it('a message goes the whole way: sealed, signed, opened, read', async () => {
  const [a, b] = await Promise.all([makeCompany('CompanyA'), makeCompany('CompanyB')]);
  const key = await generateEncryptionKey();
  const content = answer('rise', 5);
  const id = randomId();
  const payload = await sealContent('answer', content, key.publicKey, { from: b.name, to: a.name, id });
  const jws = await signEnvelope(makeBody(b, a, { type: 'answer', id, payload }), b);
  const envelope: Envelope = await openEnvelope(jws, openOptions(a, b));
  const message = readMessage(envelope);
  if (message.type !== 'answer') throw new Error(`read as ${message.type}`);
  expect(await openContent('answer', message.payload, key.privateKey, envelope)).toEqual(content);
});
