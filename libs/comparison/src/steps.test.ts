import { randomBytes } from 'node:crypto';
import { canonicalBytes, concat, fromBase64url, toBase64url } from '@tacit/core';
import {
  bitEncryptor,
  keygen,
  makeNonceFactors,
  paillierScheme,
  testProfile,
  zeroTester,
} from '@tacit/paillier';
import fc from 'fast-check';
import {
  agreementHash,
  answerHash,
  bitsOf,
  comparedValues,
  conclude,
  encodeReading,
  encryptPair,
  evaluate,
  expectedQuestion,
  findDifference,
  formatSteps,
  lotReference,
  markedCiphertext,
  openQualityRecord,
  openXorRecord,
  parseAgreement,
  parseAnswer,
  previewOutcomes,
  qualityRecordSchema,
  verifyQuestion,
  xorRecordSchema,
  type Agreement,
  type QualityRecord,
  type XorRecord,
} from '@tacit/comparison';

const id = (): string => toBase64url(randomBytes(16));
const anyHash = (): string => toBase64url(randomBytes(32));

const agreement: Agreement = {
  id: id(),
  version: 1,
  supersedes: null,
  keyHolder: 'ManufacturerB',
  evaluator: 'ManufacturerA',
  servicer: 'ServicerS',
  quantity: 'moisture',
  unit: 'g/cm²',
  scale: 2,
  offset: '0',
  bits: 8,
  profile: 'paillier-test-64',
  measure: 'magnitude',
  answerBudget: 12,
  expiresAt: 1_800_000_000_000,
};

describe('readings', () => {
  const encoding = { scale: 2, offset: '0', bits: 32 };

  it.each([
    ['0.45', 45n],
    ['1.32', 132n],
    ['0', 0n],
    ['7', 700n],
    ['0.5', 50n],
    ['42949672.95', 4294967295n],
  ])('encodes %s exactly', (value, encoded) => {
    expect(encodeReading(value, encoding)).toBe(encoded);
  });

  it.each([
    '',
    ' 1',
    '1 ',
    '+1',
    '.5',
    '5.',
    '01',
    '1e5',
    '0x1',
    'NaN',
    'Infinity',
    '1,5',
    '-0',
    '-0.00',
    '１',
    '--1',
    '1.2.3',
  ])('refuses %j', (value) => {
    expect(() => encodeReading(value, encoding)).toThrow(expect.objectContaining({ code: 'bad-reading' }));
  });

  it('refuses more fractional digits than agreed, even zeros', () => {
    for (const value of ['0.450', '0.451'])
      expect(() => encodeReading(value, encoding)).toThrow('2 fractional digits');
    expect(() => encodeReading('1.0', { ...encoding, scale: 0 })).toThrow('0 fractional digits');
  });

  it('refuses ten thousand digits before they become an integer', () => {
    expect(() => encodeReading('9'.repeat(10_000), encoding)).toThrow(
      expect.objectContaining({ code: 'bad-reading' }),
    );
  });

  it('refuses what does not fit in k bits', () => {
    for (const value of ['42949672.96', '-0.01']) {
      expect(() => encodeReading(value, encoding)).toThrow(
        expect.objectContaining({ code: 'reading-out-of-range' }),
      );
    }
    expect(encodeReading('-0.01', { ...encoding, offset: '1' })).toBe(0n);
  });

  it('is undone by formatSteps', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.integer({ min: 0, max: 6 }), (steps, scale) => {
        const text = formatSteps(steps, scale);
        expect(encodeReading(text, { scale, offset: '1000000000000000', bits: 64 })).toBe(steps + 10n ** 15n);
      }),
    );
  });
});

describe('agreements', () => {
  it('have a hash that every term changes', () => {
    const hashes = new Set([agreementHash(agreement)]);
    const changes: Partial<Agreement>[] = [
      { id: id() },
      { version: 2 },
      { supersedes: anyHash() },
      { keyHolder: 'X' },
      { evaluator: 'X' },
      { servicer: 'X' },
      { quantity: 'weight' },
      { unit: 'kg' },
      { scale: 3 },
      { offset: '1' },
      { bits: 16 },
      { profile: 'paillier-6144' },
      { measure: 'bit' },
      { answerBudget: 13 },
      { expiresAt: 1_800_000_000_001 },
    ];
    expect(changes.map((change) => Object.keys(change)[0]).sort()).toEqual(Object.keys(agreement).sort());
    for (const change of changes) hashes.add(agreementHash({ ...agreement, ...change }));
    expect(hashes.size).toBe(changes.length + 1);
  });

  it.each([
    ['another k', { bits: 12 }],
    ['a scale below 0', { scale: -1 }],
    ['an offset with a leading zero', { offset: '01' }],
    ['an offset of 10,000 digits', { offset: '9'.repeat(10_000) }],
    ['no budget', { answerBudget: 0 }],
    ['a fractional version', { version: 1.5 }],
    ['a member that is not part of it', { extra: 1 }],
    ['a company that deals with itself', { evaluator: 'ManufacturerB' }],
    ['an unknown measure', { measure: 'exact' }],
    ['a control character', { quantity: 'mois\u0000ture' }],
  ])('refuse %s', (_, change) => {
    expect(() => parseAgreement({ ...agreement, ...change })).toThrow(
      expect.objectContaining({ code: 'bad-agreement' }),
    );
  });

  it('are what was proposed', () => {
    expect(parseAgreement(agreement)).toEqual(agreement);
  });
});

describe('pairs', () => {
  it('compares readings under bit and one-sided differences under magnitude', () => {
    expect(comparedValues('bit', 45n, 41n)).toEqual({ x: 45n, y: 41n });
    expect(comparedValues('magnitude', 45n, 41n)).toEqual({ x: 4n, y: 0n });
    expect(comparedValues('magnitude', 41n, 76n)).toEqual({ x: 0n, y: 35n });
    expect(comparedValues('magnitude', 7n, 7n)).toEqual({ x: 0n, y: 0n });
  });

  it('writes bits least significant first and refuses what does not fit', () => {
    expect(bitsOf(11n, 8)).toEqual([1, 1, 0, 1, 0, 0, 0, 0]);
    expect(() => bitsOf(256n, 8)).toThrow('8 bits');
    expect(() => bitsOf(-1n, 8)).toThrow('8 bits');
  });

  it('names lots by a salted hash', () => {
    const salt = randomBytes(32);
    expect(lotReference(salt, 'L1')).toBe(lotReference(salt, 'L1'));
    expect(lotReference(salt, 'L1')).not.toBe(lotReference(randomBytes(32), 'L1'));
    expect(() => lotReference(randomBytes(16), 'L1')).toThrow('32 bytes');
  });
});

const profile = testProfile(64);
const scheme = paillierScheme(profile);

function publish(
  x: bigint,
  y: bigint,
  k = 8,
): { quality: QualityRecord; xor: XorRecord; secretKey: ReturnType<typeof keygen>['secretKey'] } {
  const { publicKey, secretKey } = keygen(profile);
  const encryptor = bitEncryptor(publicKey, makeNonceFactors(secretKey, 3 * k, 'uniform', randomBytes));
  const { w, bits, ...pair } = encryptPair(scheme, encryptor, { pairId: id(), bits: k, x, y });
  const quality = qualityRecordSchema.parse({
    ...pair,
    agreementHash: agreementHash(agreement),
    sequence: { x: 1, y: 2 },
    takenAt: { x: 1, y: 2 },
    lotRefs: { x: anyHash(), y: anyHash() },
    supersedes: null,
  });
  const { pairId, keyId, publicKey: key, wHash } = pair;
  const xor = xorRecordSchema.parse({
    pairId,
    keyHolder: 'ManufacturerB',
    servicer: 'ServicerS',
    buyers: ['ManufacturerA'],
    profile: scheme.profile,
    keyId,
    publicKey: key,
    bits,
    w,
    wHash,
  });
  return { quality, xor, secretKey };
}

describe('the steps together', () => {
  it('publish, evaluate, answer and conclude agree with the plaintext', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), (x, y) => {
        const { quality, xor, secretKey } = publish(BigInt(x), BigInt(y));
        const { publicKey, x: ex, y: ey } = openQualityRecord(scheme, quality, 8);
        const z = evaluate(scheme, publicKey, { x: ex, y: ey, w: openXorRecord(scheme, xor) });
        const finding = findDifference({ x: BigInt(x), y: BigInt(y) }, 8);
        expect(zeroTester(secretKey).isZero(markedCiphertext(z, finding) as never)).toBe(true);
        expect(finding.direction).toBe(x < y ? 'rise' : x > y ? 'fall' : 'same');
        const { range } = conclude({ ...agreement, measure: 'bit' }, finding);
        const difference = Math.abs(x - y);
        expect(Number(range.min) * 100).toBeLessThanOrEqual(difference + 1e-9);
        expect(Number(range.max) * 100).toBeGreaterThanOrEqual(difference - 1e-9);
      }),
      { numRuns: 30 },
    );
  });

  const CIPHERTEXT = 16;
  const reordered = (vector: string): string => {
    const bytes = fromBase64url(vector);
    return toBase64url(concat(bytes.subarray(CIPHERTEXT), bytes.subarray(0, CIPHERTEXT)));
  };
  const cut = (vector: string): string => toBase64url(fromBase64url(vector).subarray(CIPHERTEXT));
  const records = publish(45n, 41n);
  const other = publish(45n, 41n);

  it.each<[string, (q: QualityRecord, w: XorRecord) => unknown]>([
    [
      'a key that keyId does not name',
      (q) => openQualityRecord(scheme, { ...q, publicKey: other.quality.publicKey }, 8),
    ],
    [
      'a profile that is not the key’s',
      (q) => openQualityRecord(scheme, { ...q, profile: 'paillier-6144' }, 8),
    ],
    ['bytes that are no key', (q) => openQualityRecord(scheme, { ...q, publicKey: 'AAAA' }, 8)],
    ['a vector cut by one ciphertext', (q) => openQualityRecord(scheme, { ...q, x: q.x.slice(0, -22) }, 8)],
    ['x and y exchanged', (q) => openQualityRecord(scheme, { ...q, x: q.y, y: q.x }, 8)],
    ['another pair’s vector', (q) => openQualityRecord(scheme, { ...q, x: other.quality.x }, 8)],
    ['another pair’s identifier', (q) => openQualityRecord(scheme, { ...q, pairId: id() }, 8)],
    ['another k', (q) => openQualityRecord(scheme, q, 16)],
    ['a substituted XOR vector', (_, w) => openXorRecord(scheme, { ...w, w: other.xor.w })],
    ['a reordered XOR vector', (_, w) => openXorRecord(scheme, { ...w, w: reordered(w.w) })],
    ['a cut XOR vector', (_, w) => openXorRecord(scheme, { ...w, w: cut(w.w) })],
    ['ciphertexts of zero', (_, w) => openXorRecord(scheme, { ...w, w: toBase64url(new Uint8Array(128)) })],
  ])('refuse %s', (_, attempt) => {
    expect(() => attempt(records.quality, records.xor)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^bad-(vector|record)$/) }),
    );
  });

  function question(): { zHash: string; rise: string } {
    const { zHash, rise } = expectedQuestion(scheme, records.quality, records.xor);
    return { zHash, rise: toBase64url(rise) };
  }

  it('answer the one question that can be asked', () => {
    const z = verifyQuestion(scheme, records, records, question());
    expect(
      zeroTester(records.secretKey).isZero(markedCiphertext(z, { direction: 'fall', index: 2 }) as never),
    ).toBe(true);
    expect(
      zeroTester(records.secretKey).isZero(markedCiphertext(z, { direction: 'rise', index: 2 }) as never),
    ).toBe(false);
  });

  it('refuse every other question and any difference between the ledger and the own records', () => {
    const asked = question();
    const bytes = fromBase64url(asked.rise);
    const refused = expect.objectContaining({ code: 'request-mismatch' });
    for (let at = 0; at < bytes.length; at++) {
      const changed = Uint8Array.from(bytes);
      changed[at]! ^= 1 << (at % 8);
      const attempt = { ...asked, rise: toBase64url(changed) };
      expect(() => verifyQuestion(scheme, records, records, attempt)).toThrow(refused);
    }
    for (const attempt of [
      { ...asked, zHash: anyHash() },
      { ...asked, rise: '' },
      { ...asked, rise: '!' },
    ]) {
      expect(() => verifyQuestion(scheme, records, records, attempt)).toThrow(refused);
    }
    const overwritten = { ...records, quality: { ...records.quality, x: other.quality.x } };
    expect(() => verifyQuestion(scheme, records, overwritten, asked)).toThrow(refused);
    const resold = { ...records, xor: { ...records.xor, buyers: ['Stranger'] } };
    expect(() => verifyQuestion(scheme, records, resold, asked)).toThrow(refused);
  });
});

describe('answers', () => {
  const answer = { requestId: id(), pairId: id(), zHash: anyHash(), direction: 'rise', index: 5, salt: id() };

  it('are parsed strictly', () => {
    expect(parseAnswer(answer, 8)).toEqual(answer);
    expect(parseAnswer({ ...answer, direction: 'same', index: null }, 8)).toMatchObject({
      direction: 'same',
    });
    for (const change of [
      { index: 8 },
      { index: -1 },
      { index: null },
      { direction: 'same' },
      { salt: '' },
      { proof: 1 },
    ]) {
      expect(() => parseAnswer({ ...answer, ...change }, 8)).toThrow(
        expect.objectContaining({ code: 'bad-answer' }),
      );
    }
  });

  it('have hashes that do not tell the answer', () => {
    const parsed = parseAnswer(answer, 8);
    expect(answerHash(parsed)).not.toBe(answerHash({ ...parsed, salt: id() }));
    expect(new TextDecoder().decode(canonicalBytes(parsed))).toContain('"direction":"rise"');
  });

  it('find the difference for all pairs of 8-bit values as plain arithmetic does', () => {
    for (let x = 0; x < 256; x++) {
      for (let y = 0; y < 256; y++) {
        const index = x === y ? null : 31 - Math.clz32(x ^ y);
        const direction = x < y ? 'rise' : x > y ? 'fall' : 'same';
        const found = findDifference({ x: BigInt(x), y: BigInt(y) }, 8);
        if (found.index !== index || found.direction !== direction) throw new Error(`${x} ${y}`);
      }
    }
  });
});

describe('conclusions', () => {
  const series = ['0.45', '0.41', '0.76', '1.32'];
  const terms = { ...agreement, bits: 32 };
  const words = (measure: 'bit' | 'magnitude'): string[] =>
    previewOutcomes({ ...terms, measure }, series).map(
      ({ direction, index, range }) => `${direction} ${index} ${range.min}-${range.max} ${range.unit}`,
    );

  it('of the published case are those of the paper, told as ranges', () => {
    expect(words('bit')).toEqual([
      'fall 2 0.01-0.07 g/cm²',
      'rise 6 0.01-1.27 g/cm²',
      'rise 7 0.01-2.55 g/cm²',
    ]);
    expect(words('magnitude')).toEqual([
      'fall 2 0.04-0.07 g/cm²',
      'rise 5 0.32-0.63 g/cm²',
      'rise 5 0.32-0.63 g/cm²',
    ]);
  });

  it('bound the true difference for all pairs of 8-bit values, tightly under magnitude', () => {
    for (let x = 0; x < 256; x++) {
      for (let y = 0; y < 256; y++) {
        for (const measure of ['bit', 'magnitude'] as const) {
          const finding = findDifference(comparedValues(measure, BigInt(x), BigInt(y)), 8);
          const { range } = conclude({ measure, scale: 0, unit: '' }, finding);
          const difference = Math.abs(x - y);
          if (Number(range.min) > difference || Number(range.max) < difference)
            throw new Error(`${measure} ${x} ${y}`);
          if (measure === 'magnitude' && Number(range.max) >= 2 * Math.max(difference, 1))
            throw new Error('not tight');
        }
      }
    }
  });

  it('of equal readings are no change', () => {
    expect(previewOutcomes(terms, ['1', '1'])).toEqual([
      { direction: 'same', index: null, range: { min: '0.00', max: '0.00', unit: 'g/cm²' } },
    ]);
  });
});
