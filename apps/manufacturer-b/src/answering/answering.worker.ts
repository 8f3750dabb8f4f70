// Runs in a thread of its own, apart from those that make keys: an answer does not queue behind a stock of keys.
import {
  ComparisonError,
  expectedQuestion,
  markedCiphertext,
  openQualityRecord,
  proveAnswer,
  verifyQuestion,
  type Answer,
  type EvaluatedPair,
  type Finding,
  type Question,
} from '@tacit/comparison';
import { fromBase64url, toBase64url } from '@tacit/core';
import {
  decodeSecretKey,
  isZero,
  paillierProfile,
  paillierScheme,
  zeroProver,
  type PaillierCiphertext,
  type PaillierPublicKey,
  type PaillierSecretKey,
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
export function marksZero({ own, finding, secretKey }: CrossCheckTask): boolean {
  const { z } = evaluated(own);
  return isZero(openSecretKey(own, secretKey), markedCiphertext(z, finding));
}

export interface ProofTask {
  readonly own: PairRecords;
  /** MSP ID of the company that asks. */
  readonly evaluator: string;
  readonly claim: Omit<Answer, 'proof'>;
  /** p ‖ q. Secret. */
  readonly secretKey: Uint8Array;
}

/**
 * The answer with its proof, made of nothing but this company's own publication and verified before it is returned.
 * @throws PaillierError `not-zero` for an answer that is not true
 */
export function prove({ own, evaluator, claim, secretKey }: ProofTask): Answer {
  const scheme = paillierScheme(paillierProfile(own.quality.profile));
  const prover = zeroProver(openSecretKey(own, secretKey));
  const context = { quality: own.quality, evaluator, answer: claim };
  return { ...claim, proof: toBase64url(proveAnswer(scheme, prover, evaluated(own), context)) };
}

function openSecretKey({ quality }: PairRecords, encoded: Uint8Array): PaillierSecretKey {
  const profile = paillierProfile(quality.profile);
  const publicKey = paillierScheme(profile).decodePublicKey(fromBase64url(quality.publicKey));
  return decodeSecretKey(profile, publicKey, encoded);
}

function evaluated({ quality, xor }: PairRecords): EvaluatedPair<PaillierPublicKey, PaillierCiphertext> {
  const scheme = paillierScheme(paillierProfile(quality.profile));
  const { evaluation: z } = expectedQuestion(scheme, quality, xor);
  // These functions speak of the port's ciphertexts; all of them were made by this very scheme.
  return { ...openQualityRecord(scheme, quality, xor.bits), z } as EvaluatedPair<
    PaillierPublicKey,
    PaillierCiphertext
  >;
}
