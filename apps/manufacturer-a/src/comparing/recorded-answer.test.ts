import { answerHash, type Answer } from '@tacit/comparison';
import type { RequestRecord } from '@tacit/contracts';
import { toBase64url } from '@tacit/core';
import { requireRecordedAnswer } from './recorded-answer';

const id = (fill: number): string => toBase64url(new Uint8Array(16).fill(fill));
const hash = (fill: number): string => toBase64url(new Uint8Array(32).fill(fill));

const asked = { requestId: id(1), pairId: id(2), zHash: hash(3) };
const answer: Answer = { ...asked, direction: 'rise', index: 5, salt: id(4), proof: 'AAAA' };

function recorded(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    terms: { ...asked, nonce: id(5), expiresAt: 2, slot: 0 },
    evaluator: 'ManufacturerA',
    requestedAt: 1,
    status: 'answered',
    answerHash: answerHash(answer),
    verdict: null,
    ...changes,
  };
}

describe('the answer that the ledger holds', () => {
  it('is taken when its hash is the recorded one', () => {
    expect(requireRecordedAnswer(answer, recorded(), asked, 32)).toEqual(answer);
  });

  it.each([
    ['another direction', { ...answer, direction: 'fall' }],
    ['another index', { ...answer, index: 6 }],
    ['another salt', { ...answer, salt: id(6) }],
    ['another request', { ...answer, requestId: id(7) }],
    ['another pair', { ...answer, pairId: id(7) }],
    ['another evaluation', { ...answer, zHash: hash(7) }],
    ['an index that 32 bits do not have', { ...answer, index: 32 }],
    ['a change without an index', { ...answer, index: null }],
    ['another proof', { ...answer, proof: 'AAAB' }],
    ['no proof', { ...answer, proof: '' }],
    ['a field too many', { ...answer, evidence: 'trust me' }],
    ['nothing', null],
    ['a text', 'rise 5'],
  ])('is refused with %s', (_name, wrong) => {
    const error = expect(() => requireRecordedAnswer(wrong, recorded(), asked, 32));
    error.toThrow(expect.objectContaining({ code: 'bad-answer' }));
  });

  it.each([
    ['no hash', { answerHash: null }],
    ['another hash', { answerHash: hash(8) }],
    ['an open request', { status: 'requested' as const }],
    ['a refused request', { status: 'refused' as const }],
    ['another evaluation', { terms: { ...recorded().terms, zHash: hash(8) } }],
    ['another pair', { terms: { ...recorded().terms, pairId: id(8) } }],
  ])('is refused when the channel has %s', (_name, changes) => {
    const error = expect(() => requireRecordedAnswer(answer, recorded(changes), asked, 32));
    error.toThrow(expect.objectContaining({ code: 'bad-answer' }));
  });

  it('is refused when it fits the channel but not what this company computed', () => {
    const otherwise = { ...asked, zHash: hash(9) };
    const error = expect(() => requireRecordedAnswer(answer, recorded(), otherwise, 32));
    error.toThrow(expect.objectContaining({ code: 'bad-answer' }));
  });
});
