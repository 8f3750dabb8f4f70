// Runs in a thread of its own, apart from those that make keys: an answer does not queue behind a stock of keys.
import {
  ComparisonError,
  expectedQuestion,
  markedCiphertext,
  verifyQuestion,
  type Finding,
  type Question,
} from '@tacit/comparison';
import {
  decodeSecretKey,
  isZero,
  paillierProfile,
  paillierScheme,
  type PaillierCiphertext,
} from '@tacit/paillier';
import type { PairRecords } from '../publishing/pair-records';

export interface QuestionTask {
  /** As this company stored them when it published. */
  readonly own: PairRecords;
  /** As the channels show them now. */
  readonly ledger: PairRecords;
  readonly question: Question;
}

/** Is the question, to the byte, the one that this company's own publication leads to? Decrypts nothing. */
export function isExpected({ own, ledger, question }: QuestionTask): boolean {
  try {
    verifyQuestion(paillierScheme(paillierProfile(own.quality.profile)), own, ledger, question);
    return true;
  } catch (error) {
    if (error instanceof ComparisonError && error.code === 'request-mismatch') return false;
    throw error;
  }
}

export interface CrossCheckTask {
  readonly own: PairRecords;
  readonly finding: Finding;
  /** p ‖ q. Secret. */
  readonly secretKey: Uint8Array;
}

/** Does the ciphertext that the finding points to decrypt to zero, as it must? */
export function marksZero({ own, finding, secretKey: encoded }: CrossCheckTask): boolean {
  const profile = paillierProfile(own.quality.profile);
  const scheme = paillierScheme(profile);
  const publicKey = scheme.decodePublicKey(Buffer.from(own.quality.publicKey, 'base64url'));
  const { evaluation } = expectedQuestion(scheme, own.quality, own.xor);
  // expectedQuestion speaks of the port's ciphertexts; these were made by this very scheme.
  const marked = markedCiphertext(evaluation, finding) as PaillierCiphertext;
  return isZero(decodeSecretKey(profile, publicKey, encoded), marked);
}
