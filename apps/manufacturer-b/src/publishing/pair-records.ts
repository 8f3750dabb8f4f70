import type { EncryptedPair, QualityRecord, XorRecord } from '@tacit/comparison';
import { toBase64url } from '@tacit/core';
import type { AgreementEntity } from '../entities/agreement.entity';
import type { PairEntity } from '../entities/pair.entity';
import type { ReadingEntity } from '../entities/reading.entity';

/** A pair and what it is made of. */
export interface PairSources {
  readonly pair: PairEntity;
  readonly agreement: AgreementEntity;
  readonly x: ReadingEntity;
  readonly y: ReadingEntity;
}

/** What is recorded about one pair: for the evaluator, and for the servicer. */
export interface PairRecords {
  readonly quality: QualityRecord;
  readonly xor: XorRecord;
}

/** The records of Table 1. The XOR record tells its readers no lots, times or sequence numbers. */
export function pairRecords(
  keyHolder: string,
  { pair, x, y }: PairSources,
  encrypted: EncryptedPair,
  keyProof: Uint8Array,
): PairRecords {
  const { pairId, profile, keyId, publicKey, bits, xHash, yHash, wHash } = encrypted;
  const quality: QualityRecord = {
    pairId,
    agreementHash: pair.agreementHash,
    sequence: { x: pair.sequenceX, y: pair.sequenceY },
    takenAt: { x: x.takenAt, y: y.takenAt },
    lotRefs: { x: x.lotRef, y: y.lotRef },
    supersedes: pair.supersedes,
    profile,
    keyId,
    publicKey,
    keyProof: toBase64url(keyProof),
    x: encrypted.x,
    y: encrypted.y,
    xHash,
    yHash,
    wHash,
  };
  const xor: XorRecord = {
    pairId,
    keyHolder,
    servicer: pair.servicer,
    buyers: [pair.evaluator],
    profile,
    keyId,
    publicKey,
    bits,
    w: encrypted.w,
    wHash,
  };
  return { quality, xor };
}
