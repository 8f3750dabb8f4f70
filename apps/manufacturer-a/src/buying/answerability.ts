import type { ComparisonState } from '../comparing/comparison-state';
import type { PairFlaw } from '../entities/pair.entity';

/** What is known about a pair before anything is bought. */
export interface PairFacts {
  readonly flaw: PairFlaw | null;
  readonly supersededBy: string | null;
  /** The version in force of the pair's agreement; null when none is known. */
  readonly agreement: { readonly paused: boolean } | null;
  /** When the last chance for an answer ends, milliseconds UTC. */
  readonly expiresAt: number;
  readonly hasPrice: boolean;
  readonly hasCredential: boolean;
  /** Answers that are left for this pair; null when the ledger could not be asked. */
  readonly answersLeft: number | null;
  /** State of the pair's comparison, if there is one. */
  readonly state: ComparisonState | null;
  /** Has it an answer, whatever its proof is worth? */
  readonly answered: boolean;
}

/** `answered` and `under-way`: there is nothing more to buy. */
export const ANSWERABILITY_CODES = [
  'answerable',
  'answered',
  'under-way',
  'budget-unknown',
  'flawed',
  'agreement-expired',
  'no-price',
  'no-credential',
  'superseded',
  'agreement-paused',
  'budget-exceeded',
] as const;
export type AnswerabilityCode = (typeof ANSWERABILITY_CODES)[number];

/** Will the owner of the readings probably answer? */
export interface Answerability {
  readonly likely: boolean;
  readonly code: AnswerabilityCode;
  /** For people. */
  readonly reason: string;
}

/** These cannot be bought even by somebody who insists: the order or the request would surely be refused. */
const HOPELESS: readonly AnswerabilityCode[] = ['flawed', 'agreement-expired', 'no-price', 'no-credential'];

export function mayBeForced({ likely, code }: Answerability): boolean {
  return likely || !HOPELESS.includes(code);
}

/**
 * What speaks against an answer, the worst first.
 * @param now milliseconds UTC
 */
export function answerability(facts: PairFacts, now: number): Answerability {
  const yes = (code: AnswerabilityCode, reason: string): Answerability => ({ likely: true, code, reason });
  const no = (code: AnswerabilityCode, reason: string): Answerability => ({ likely: false, code, reason });
  const { state, answered, agreement, answersLeft } = facts;

  if (answered) return yes('answered', 'It has been answered.');
  if (facts.flaw !== null)
    return no('flawed', `The published pair does not pass its checks (${facts.flaw}).`);
  if (agreement === null || facts.expiresAt <= now) {
    return no('agreement-expired', 'The agreement is no longer in force.');
  }
  if (state !== null && ['created', 'ordered', 'delivered', 'requested'].includes(state)) {
    return yes('under-way', 'Its comparison is under way.');
  }
  if (!facts.hasPrice) return no('no-price', 'The servicer has set no price.');
  if (!facts.hasCredential) return no('no-credential', 'The servicer’s customer credential is not stored.');
  if (facts.supersededBy !== null) return no('superseded', 'A later pair corrects this one.');
  if (agreement.paused) {
    return no('agreement-paused', 'The owner of the readings has paused the agreement.');
  }
  if (answersLeft === null) return yes('budget-unknown', 'The budget could not be read just now.');
  if (answersLeft <= 0) return no('budget-exceeded', 'No answer is left in the agreement’s budget.');
  return yes(
    'answerable',
    `The agreement is in force; ${answersLeft} ${answersLeft === 1 ? 'answer is' : 'answers are'} left.`,
  );
}
