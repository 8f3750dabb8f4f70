import { canonicalBytes, toBase64url, transcriptHash, utf8 } from '@tacit/core';
import fc from 'fast-check';
import {
  CLOCK_SKEW_MS,
  EnvelopeError,
  MAX_MESSAGE_BYTES,
  openEnvelope,
  openForwardedEnvelope,
  signEnvelope,
  type EnvelopeBody,
  type OpenOptions,
} from './index';
import {
  forge,
  headerOf,
  makeBody,
  makeCompany,
  NOW,
  openOptions,
  type TestCompany,
} from './envelope.fixture';

let a: TestCompany;
let b: TestCompany;
let c: TestCompany;
let options: OpenOptions;

jest.setTimeout(30_000);

beforeAll(async () => {
  [a, b, c] = await Promise.all([makeCompany('CompanyA'), makeCompany('CompanyB'), makeCompany('CompanyC')]);
  options = openOptions(a, b);
});

async function refusalOf(jws: unknown, changes: Partial<OpenOptions> = {}): Promise<string> {
  try {
    await openEnvelope(jws, { ...options, ...changes });
  } catch (error) {
    if (error instanceof EnvelopeError) return error.code;
    throw error;
  }
  return 'accepted';
}

/** An envelope of B to A with a correct signature, whatever header and body say. */
function forged(header: unknown, body: unknown): string {
  const [head = '', text = ''] = [header, body].map((part) =>
    typeof part === 'string' ? part : Buffer.from(canonicalBytes(part)).toString(),
  );
  return forge(head, text, b.privateKey);
}

describe('an envelope', () => {
  it('arrives with the hash of its payload and the fingerprint of its signer', async () => {
    const body = makeBody(b, a, { inReplyTo: 'AAAAAAAAAAAAAAAAAAAAAA' });
    const envelope = await openEnvelope(await signEnvelope(body, b), options);
    const payloadHash = toBase64url(transcriptHash('payload', canonicalBytes(body.payload)));
    expect(envelope).toEqual({ ...body, payloadHash, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('is a plain compact JWS that others can write', async () => {
    expect(await refusalOf(forged(headerOf(b), makeBody(b, a)))).toBe('accepted');
  });

  it('is not signed for a body, key or size that would be refused', async () => {
    await expect(signEnvelope({ ...makeBody(b, a), id: 'short' }, b)).rejects.toMatchObject({ code: 'body' });
    await expect(signEnvelope(makeBody(b, a, { payload: { x: 0.5 } }), b)).rejects.toMatchObject({
      code: 'body',
    });
    const mixed = { certificateDer: b.certificateDer, privateKey: c.privateKey };
    await expect(signEnvelope(makeBody(b, a), mixed)).rejects.toMatchObject({ code: 'certificate' });
    const large = makeBody(b, a, { payload: { text: 'x'.repeat(MAX_MESSAGE_BYTES) } });
    await expect(signEnvelope(large, b)).rejects.toMatchObject({ code: 'size' });
  });
});

describe('header attacks', () => {
  const other = (company: TestCompany): string => Buffer.from(company.certificateDer).toString('base64');

  it.each<[string, () => unknown]>([
    ['alg none', () => ({ ...headerOf(b), alg: 'none' })],
    ['alg HS256', () => ({ ...headerOf(b), alg: 'HS256' })],
    ['alg ES384', () => ({ ...headerOf(b), alg: 'ES384' })],
    ['alg in lower case', () => ({ ...headerOf(b), alg: 'es256' })],
    ['no alg', () => ({ typ: headerOf(b).typ, x5c: headerOf(b).x5c })],
    ['another typ', () => ({ ...headerOf(b), typ: 'JWT' })],
    ['no typ', () => ({ alg: 'ES256', x5c: headerOf(b).x5c })],
    ['jwk', () => ({ ...headerOf(b), jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } })],
    ['jku', () => ({ ...headerOf(b), jku: 'https://c.example/keys' })],
    ['x5u', () => ({ ...headerOf(b), x5u: 'https://c.example/leaf' })],
    ['x5t', () => ({ ...headerOf(b), x5t: 'AAAA' })],
    ['kid', () => ({ ...headerOf(b), kid: '1' })],
    ['crit', () => ({ ...headerOf(b), crit: ['b64'], b64: true })],
    ['b64 false', () => ({ ...headerOf(b), b64: false })],
    ['cty', () => ({ ...headerOf(b), cty: 'json' })],
    ['zip', () => ({ ...headerOf(b), zip: 'DEF' })],
    ['__proto__', () => `{"__proto__":{},${JSON.stringify(headerOf(b)).slice(1)}`],
    ['no x5c', () => ({ alg: 'ES256', typ: headerOf(b).typ })],
    ['empty x5c', () => ({ ...headerOf(b), x5c: [] })],
    ['x5c as text', () => ({ ...headerOf(b), x5c: other(b) })],
    ['two certificates', () => ({ ...headerOf(b), x5c: [other(b), other(c)] })],
    ['x5c in base64url', () => ({ ...headerOf(b), x5c: [Buffer.alloc(9, 0xff).toString('base64url')] })],
    [
      'x5c with line breaks',
      () => ({ ...headerOf(b), x5c: [`${other(b).slice(0, 64)}\n${other(b).slice(64)}`] }),
    ],
    ['x5c with stray bits', () => ({ ...headerOf(b), x5c: ['AB=='] })],
    ['an oversized certificate', () => ({ ...headerOf(b), x5c: ['A'.repeat(12_000)] })],
    ['alg twice', () => `{"alg":"none",${JSON.stringify(headerOf(b)).slice(1)}`],
    ['another order of members', () => JSON.stringify({ typ: headerOf(b).typ, ...headerOf(b) })],
    ['white space', () => ` ${JSON.stringify(headerOf(b))}`],
    ['a byte order mark', () => `\uFEFF${JSON.stringify(headerOf(b))}`],
    ['no object', () => '[]'],
    ['null', () => 'null'],
    ['no JSON', () => '{'],
  ])('refuses %s', async (_, header) => {
    expect(await refusalOf(forged(header(), makeBody(b, a)))).toBe('header');
  });
});

describe('body', () => {
  const body = (changes: object): object => ({ ...makeBody(b, a), ...changes });

  it.each<[string, () => unknown]>([
    ['another version', () => body({ version: 2 })],
    ['an unknown member', () => body({ priority: 1 })],
    ['a member __proto__', () => `{"__proto__":{},${JSON.stringify(makeBody(b, a)).slice(1)}`],
    ['no id', () => ({ ...makeBody(b, a), id: null })],
    ['a short id', () => body({ id: 'AAAA' })],
    ['a long id', () => body({ id: 'A'.repeat(37) })],
    ['an id with stray bits', () => body({ id: 'AAAAAAAAAAAAAAAAAAAAAB' })],
    ['an id with a path', () => body({ id: '../../../../../etc/pwd' })],
    ['a UUID in upper case', () => body({ id: '6F9619FF-8B86-4D01-B42D-00CF4FC964FF' })],
    ['a wild inReplyTo', () => body({ inReplyTo: 'x' })],
    ['a sender that is no MSP ID', () => body({ from: 'Company B' })],
    ['a sender that is too long', () => body({ from: 'B'.repeat(65) })],
    ['a type in upper case', () => body({ type: 'Refusal' })],
    ['a time as text', () => body({ issuedAt: String(NOW) })],
    ['a negative time', () => body({ issuedAt: -1 })],
    ['a time far away', () => body({ expiresAt: Number.MAX_SAFE_INTEGER })],
    ['a payload that is a list', () => body({ payload: [] })],
    ['a payload that is null', () => body({ payload: null })],
    ['no payload', () => JSON.stringify({ ...makeBody(b, a), payload: undefined })],
    ['a fraction in the payload', () => JSON.stringify(sorted(body({ payload: { value: 0.5 } })))],
    ['another order of members', () => JSON.stringify(makeBody(b, a))],
    ['white space', () => `${Buffer.from(canonicalBytes(makeBody(b, a))).toString()} `],
    [
      'a member twice',
      () =>
        `{"expiresAt":1,${Buffer.from(canonicalBytes(makeBody(b, a)))
          .toString()
          .slice(1)}`,
    ],
    ['a byte order mark', () => `\uFEFF${Buffer.from(canonicalBytes(makeBody(b, a))).toString()}`],
    ['nesting without end', () => `${'['.repeat(300_000)}${']'.repeat(300_000)}`],
    ['no JSON', () => 'hello'],
    ['nothing', () => ''],
  ])('refuses %s', async (_, value) => {
    expect(await refusalOf(forged(headerOf(b), value()))).toBe('body');
  });

  it('refuses nesting without end inside the payload', async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const text = Buffer.from(canonicalBytes(makeBody(b, a, { payload: {} }))).toString();
    expect(await refusalOf(forged(headerOf(b), text.replace('"payload":{}', `"payload":${deep}`)))).toBe(
      'body',
    );
  });

  it('refuses a type that nobody defined', async () => {
    for (const type of ['order', 'constructor', 'has-own-property']) {
      expect(await refusalOf(await signEnvelope(makeBody(b, a, { type }), b))).toBe('unknown-type');
    }
  });
});

describe('a stranger', () => {
  it('is refused before the recipient writes the body in canonical form', async () => {
    const body = JSON.stringify(makeBody(b, a));
    const header = Buffer.from(canonicalBytes(headerOf(b))).toString();
    expect(await refusalOf(forge(header, body, c.privateKey))).toBe('signature');
    expect(await refusalOf(forge(header, body, b.privateKey))).toBe('body');
  });
});

describe('recipient and times', () => {
  it('refuses an envelope for another company', async () => {
    const jws = await signEnvelope(makeBody(b, c), b);
    expect(await refusalOf(jws)).toBe('recipient');
    expect(await refusalOf(jws, { me: c.name })).toBe('accepted');
  });

  it.each<[string, Partial<EnvelopeBody>, string]>([
    ['at its expiry', { expiresAt: NOW }, 'expired'],
    ['one millisecond before its expiry', { expiresAt: NOW + 1 }, 'accepted'],
    [
      'from a clock that is ahead a little',
      { issuedAt: NOW + CLOCK_SKEW_MS, expiresAt: NOW + 70_000 },
      'accepted',
    ],
    ['from the future', { issuedAt: NOW + CLOCK_SKEW_MS + 1, expiresAt: NOW + 70_000 }, 'not-yet-valid'],
    ['that ends before it begins', { issuedAt: NOW, expiresAt: NOW - 1 }, 'lifetime'],
    ['that is never valid', { issuedAt: NOW, expiresAt: NOW }, 'lifetime'],
    ['valid as long as its type may be', { issuedAt: NOW, expiresAt: NOW + 86_400_000 }, 'accepted'],
    ['valid for too long', { issuedAt: NOW, expiresAt: NOW + 86_400_001 }, 'lifetime'],
  ])('an envelope %s', async (_, times, verdict) => {
    expect(await refusalOf(await signEnvelope(makeBody(b, a, times), b))).toBe(verdict);
  });

  it('lets an expired envelope stand as evidence, and nothing else that is wrong', async () => {
    const jws = await signEnvelope(makeBody(b, a, { expiresAt: NOW }), b);
    await expect(openForwardedEnvelope(jws, options)).resolves.toMatchObject({ from: b.name });
    await expect(openForwardedEnvelope(jws, { ...options, me: c.name })).rejects.toMatchObject({
      code: 'recipient',
    });
    const byC = await signEnvelope(makeBody(b, a, { expiresAt: NOW }), c);
    await expect(openForwardedEnvelope(byC, options)).rejects.toMatchObject({ code: 'certificate' });
  });
});

describe('sender', () => {
  it('refuses C who writes B as the sender', async () => {
    expect(await refusalOf(await signEnvelope(makeBody(b, a), c))).toBe('certificate');
  });

  it('refuses a member who writes another member as the sender', async () => {
    const everyone = openOptions(a, b, c);
    expect(await refusalOf(await signEnvelope(makeBody(b, a), c), everyone)).toBe('certificate');
    expect(await refusalOf(await signEnvelope(makeBody(c, a), c), everyone)).toBe('accepted');
  });

  it('refuses B’s certificate over a signature of C', async () => {
    const header = Buffer.from(canonicalBytes(headerOf(b))).toString();
    const text = Buffer.from(canonicalBytes(makeBody(b, a))).toString();
    expect(await refusalOf(forge(header, text, c.privateKey))).toBe('signature');
  });

  it('refuses certificates that are none, are followed by bytes, or hold another kind of key', async () => {
    const accepting = { verifyMember: async () => ({ fingerprint: '' }) };
    const kinds = await Promise.all([
      makeCompany('CompanyB', { name: 'ECDSA', namedCurve: 'P-384' }),
      makeCompany('CompanyB', { name: 'Ed25519' }),
    ]);
    const ders = [
      ...kinds.map(({ certificateDer }) => certificateDer),
      Buffer.concat([b.certificateDer, Buffer.from([0])]),
      b.certificateDer.slice(0, -1),
      Buffer.from('3000', 'hex'),
      Buffer.from('hello'),
      Buffer.from('-----BEGIN CERTIFICATE-----'),
    ];
    for (const der of ders) {
      const header = { ...headerOf(b), x5c: [Buffer.from(der).toString('base64')] };
      expect(await refusalOf(forged(header, makeBody(b, a)), accepting)).toBe('certificate');
    }
  });

  it('asks for the membership before it checks the signature, at the time of receipt', async () => {
    const asked: unknown[] = [];
    const verifyMember = async (...question: unknown[]): Promise<{ fingerprint: string }> => {
      asked.push(question);
      return { fingerprint: 'f' };
    };
    const envelope = await openEnvelope(await signEnvelope(makeBody(b, a), b), { ...options, verifyMember });
    expect(envelope.fingerprint).toBe('f');
    expect(asked).toEqual([[b.name, Buffer.from(b.certificateDer), NOW]]);
  });

  it('does not take trouble of the recipient’s own for a verdict', async () => {
    const verifyMember = async (): Promise<never> => {
      throw new Error('the database is away');
    };
    const opening = openEnvelope(await signEnvelope(makeBody(b, a), b), { ...options, verifyMember });
    await expect(opening).rejects.toThrow('the database is away');
  });
});

describe('altered bytes', () => {
  it('refuses an envelope with any one character changed', async () => {
    const jws = await signEnvelope(makeBody(b, a), b);
    for (let i = 0; i < jws.length; i++) {
      const changed = jws[i] === 'A' ? 'B' : 'A';
      const verdict = await refusalOf(jws.slice(0, i) + changed + jws.slice(i + 1));
      if (verdict === 'accepted') throw new Error(`accepted with character ${i} changed`);
    }
  });

  it('refuses parts of different envelopes put together', async () => {
    const [one, two] = await Promise.all([1, 2].map(() => signEnvelope(makeBody(b, a), b)));
    const [header, body] = one!.split('.');
    const signature = two!.split('.')[2];
    expect(await refusalOf([header, body, signature].join('.'))).toBe('signature');
  });

  it.each<[string, (jws: string) => unknown, string]>([
    ['nothing', () => '', 'malformed'],
    ['no text', () => ({ jws: 1 }), 'malformed'],
    ['undefined', () => undefined, 'malformed'],
    ['an object that pretends', (jws) => ({ length: 1, split: () => jws.split('.') }), 'malformed'],
    ['two parts', (jws) => jws.split('.').slice(0, 2).join('.'), 'malformed'],
    ['four parts', (jws) => `${jws}.AAAA`, 'malformed'],
    ['no signature', (jws) => `${jws.split('.').slice(0, 2).join('.')}.`, 'malformed'],
    ['a padded signature', (jws) => `${jws}==`, 'malformed'],
    ['a signature in base64', (jws) => `${jws.slice(0, -1)}+`, 'malformed'],
    ['a line break at the end', (jws) => `${jws}\n`, 'malformed'],
    ['a detached body', (jws) => jws.replace(/\..*\./, '..'), 'body'],
    ['a body in base64', (jws) => jws.replace('.', '.+'), 'malformed'],
    ['one character too many', () => 'A'.repeat(MAX_MESSAGE_BYTES + 1), 'size'],
    ['the largest nonsense', () => `A.${'A'.repeat(MAX_MESSAGE_BYTES - 89)}.${'A'.repeat(86)}`, 'header'],
  ])('refuses %s', async (_, alter, code) => {
    expect(await refusalOf(alter(await signEnvelope(makeBody(b, a), b)))).toBe(code);
  });

  it('ends every nonsense as an EnvelopeError', async () => {
    const jws = await signEnvelope(makeBody(b, a), b);
    const [header = '', body = '', signature = ''] = jws.split('.');
    const part = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.json().map((text) => toBase64url(utf8(text))),
    );
    const texts = fc.oneof(
      fc.anything(),
      fc.string({ unit: 'binary' }),
      fc.tuple(part, part, part).map((parts) => parts.join('.')),
      fc.tuple(part, part).map(([head, text]) => `${head}.${text}.${signature}`),
      part.map((text) => `${header}.${text}.${signature}`),
      part.map((text) => `${text}.${body}.${signature}`),
      fc.nat(jws.length).map((length) => jws.slice(0, length)),
      fc
        .tuple(fc.nat(jws.length), fc.string())
        .map(([at, text]) => jws.slice(0, at) + text + jws.slice(at + 1)),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        fc.pre(text !== jws);
        expect(await refusalOf(text)).not.toBe('accepted');
      }),
      { numRuns: 1_000 },
    );
  });

  it('ends every signed nonsense as an EnvelopeError', async () => {
    const field = fc.oneof(
      fc.json(),
      fc.json().map((text) => `{"payload":${text}}`),
    );
    await fc.assert(
      fc.asyncProperty(field, async (text) => {
        expect(await refusalOf(forged(headerOf(b), text))).toBe('body');
      }),
      { numRuns: 300 },
    );
  });
});

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
}
