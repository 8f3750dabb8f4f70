// Runs in threads of its own: a pair at 6144 bits takes tenths of a second of big-integer work.
import {
  evaluate,
  evaluationHash,
  openQualityRecord,
  openVector,
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
  /** The keys of all pairs seen before. */
  readonly seen: readonly SeenKey[];
}

/** Everything about a published pair that needs no secret. null: nothing is wrong. */
export function inspectPair({ record, bits, seen }: InspectionTask): Flaw | null {
  const refused = refusal(() => openQualityRecord(schemeOf(record.profile), record, bits));
  if (refused !== null) return { flaw: 'bad-record', detail: refused, sharedWith: [] };
  const sharedWith = pairsSharingFactor(record.publicKey, seen);
  if (sharedWith.length === 0) return null;
  return { flaw: 'weak-key', detail: 'a factor of the key is a factor of another key', sharedWith };
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
export function evaluatePair({ record, bits, w }: EvaluationTask): { zHash: string; rise: string } {
  const scheme = schemeOf(record.profile);
  const context: VectorContext = { keyId: record.keyId, pairId: record.pairId, bits };
  const { publicKey, x, y } = openQualityRecord(scheme, record, bits);
  const opened = openVector(scheme, publicKey, 'w', context, w, record.wHash);
  const z = evaluate(scheme, publicKey, { x, y, w: opened });
  return { zHash: evaluationHash(scheme, context, z), rise: toBase64url(scheme.encodeCiphertexts(z.rise)) };
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
