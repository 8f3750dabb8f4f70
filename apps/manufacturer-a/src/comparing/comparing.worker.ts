// Runs in threads of its own: a pair at 6144 bits takes tenths of a second of big-integer work.
import {
  evaluate,
  evaluationHash,
  openQualityRecord,
  openVector,
  verifyAnswer,
  verifyKeyProof,
  type Answer,
  type EvaluatedPair,
  type QualityRecord,
  type VectorContext,
} from '@tacit/comparison';
import { fromBase64url, TacitError, toBase64url, type AdditiveScheme } from '@tacit/core';
import { paillierProfile, paillierScheme } from '@tacit/paillier';
import type { PairFlaw } from '../entities/pair.entity';
import { pairsSharingFactor, type SeenKey } from './shared-factors';

/** What a check found wrong; only text, because classes do not survive the way between threads. */
export interface Flaw {
  readonly flaw: PairFlaw;
  readonly detail: string;
  /** Earlier pairs whose key has a factor in common with this one's. */
  readonly sharedWith: readonly string[];
}

export interface InspectionTask {
  readonly record: QualityRecord;
  readonly bits: number;
  /** MSP ID of the company that published it. */
  readonly keyHolder: string;
  /** The keys of all pairs seen before. */
  readonly seen: readonly SeenKey[];
}

/**
 * Everything about a published pair that needs no secret, its key proof included: a pair under an unproven key is
 * never bought. null: nothing is wrong.
 */
export function inspectPair({ record, bits, keyHolder, seen }: InspectionTask): Flaw | null {
  const sharedWith: readonly string[] = [];
  try {
    const scheme = schemeOf(record.profile);
    const { publicKey } = openQualityRecord(scheme, record, bits);
    const weak = pairsSharingFactor(record.publicKey, seen);
    if (weak.length > 0) {
      const detail = 'a factor of the key is a factor of another key';
      return { flaw: 'weak-key', detail, sharedWith: weak };
    }
    if (verifyKeyProof(scheme, publicKey, record.keyProof, keyHolder)) return null;
    return { flaw: 'unproven-key', detail: 'the key proof does not hold', sharedWith };
  } catch (error) {
    if (error instanceof TacitError) return { flaw: 'bad-record', detail: error.message, sharedWith };
    throw error;
  }
}

export interface DeliveryTask extends VectorContext {
  readonly profile: string;
  /** As recorded, base64url. */
  readonly publicKey: string;
  readonly wHash: string;
  /** As delivered, base64url. */
  readonly w: string;
}

/** Is w the vector whose hash the key holder recorded? null: it is; otherwise why not. */
export function checkDelivery({ profile, publicKey, wHash, w, ...context }: DeliveryTask): string | null {
  return refusal(() => {
    const scheme = schemeOf(profile);
    const key = scheme.decodePublicKey(fromBase64url(publicKey));
    openVector(scheme, key, 'w', context, w, wHash);
  });
}

export interface EvaluationTask {
  readonly record: QualityRecord;
  readonly bits: number;
  /** Enc(w), checked, base64url. */
  readonly w: string;
}

/** Table 3 of the paper: z as its hash, and the half of it that the question carries. */
export function evaluatePair(task: EvaluationTask): { zHash: string; rise: string } {
  const scheme = schemeOf(task.record.profile);
  const { z } = evaluated(scheme, task);
  return {
    zHash: evaluationHash(scheme, contextOf(task), z),
    rise: toBase64url(scheme.encodeCiphertexts(z.rise)),
  };
}

export interface ProofTask extends EvaluationTask {
  /** MSP ID of the company that asked. */
  readonly evaluator: string;
  /** As the ledger holds it, about z. */
  readonly answer: Answer;
}

/** Does the answer's proof hold, for the z that this company computes itself? The pair has passed `inspectPair`. */
export function holdsProof({ evaluator, answer, ...task }: ProofTask): boolean {
  const scheme = schemeOf(task.record.profile);
  const context = { quality: task.record, evaluator, answer };
  const proof = decodeProof(answer.proof);
  return proof !== null && verifyAnswer(scheme, evaluated(scheme, task), context, proof);
}

function evaluated(scheme: AdditiveScheme, task: EvaluationTask): EvaluatedPair {
  const { record, bits, w } = task;
  const { publicKey, x, y } = openQualityRecord(scheme, record, bits);
  const opened = openVector(scheme, publicKey, 'w', contextOf(task), w, record.wHash);
  return { publicKey, x, y, z: evaluate(scheme, publicKey, { x, y, w: opened }) };
}

function contextOf({ record: { keyId, pairId }, bits }: EvaluationTask): VectorContext {
  return { keyId, pairId, bits };
}

function decodeProof(proof: string): Uint8Array | null {
  try {
    return fromBase64url(proof);
  } catch {
    return null;
  }
}

/** @throws PaillierError `unknown-profile` */
function schemeOf(profile: string): AdditiveScheme {
  return paillierScheme(paillierProfile(profile));
}

/** Why a check refused, or null; anything but a refusal of ours is a mistake and passes on. */
function refusal(check: () => unknown): string | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof TacitError) return error.message;
    throw error;
  }
}
