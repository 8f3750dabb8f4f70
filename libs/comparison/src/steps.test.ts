import { concat, fromBase64url, toBase64url } from '@tacit/core';
import { zeroTester } from '@tacit/paillier';
import fc from 'fast-check';
import { expectedQuestion, findDifference, markedCiphertext, verifyQuestion } from './answer';
import { conclude } from './conclude';
import { evaluate } from './evaluate';
import { openQualityRecord, openXorRecord, type QualityRecord, type XorRecord } from './publish';
import { agreement, anyHash, id, publish, scheme } from './published-pair.fixture';

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
    const formless = { ...records, xor: { ...records.xor, bits: 8.5 } };
    expect(() => verifyQuestion(scheme, records, formless, asked)).toThrow(refused);
    const gone = { ...records, quality: null as unknown as typeof records.quality };
    expect(() => verifyQuestion(scheme, records, gone, asked)).toThrow(refused);
  });
});
