import { answerHash, ComparisonError, parseAnswer, type Answer } from '@tacit/comparison';
import type { RequestRecord } from '@tacit/contracts';

/**
 * The answer that the ledger holds, if it is the one whose hash the channel recorded, to exactly this request.
 * @param answer the private copy, of unknown shape
 * @throws ComparisonError `bad-answer`
 */
export function requireRecordedAnswer(
  answer: unknown,
  request: RequestRecord,
  asked: { readonly requestId: string; readonly pairId: string; readonly zHash: string | null },
  bits: number,
): Answer {
  const parsed = parseAnswer(answer, bits);
  const about = ({ requestId, pairId, zHash }: typeof asked): string =>
    `${requestId} ${pairId} ${zHash ?? ''}`;
  if (about(parsed) !== about(asked) || about(request.terms) !== about(asked)) {
    throw new ComparisonError('bad-answer', 'the recorded answer is about another request');
  }
  if (request.status !== 'answered' || request.answerHash !== answerHash(parsed)) {
    throw new ComparisonError('bad-answer', 'the recorded answer does not have the recorded hash');
  }
  return parsed;
}
