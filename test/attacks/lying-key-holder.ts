// A key holder who runs her own program: keys, publications and answers as she likes, all properly signed.
import { randomBytes } from 'node:crypto';
import {
  encryptPair,
  expectedQuestion,
  keyTranscript,
  openQualityRecord,
  proveAnswer,
  type Answer,
  type EvaluatedPair,
  type Finding,
  type QualityRecord,
  type XorRecord,
} from '@tacit/comparison';
import { canonicalBytes, toBase64url } from '@tacit/core';
import type { AnswerRequest } from '@tacit/messaging';
import {
  bitEncryptor,
  keygen,
  makeNonceFactors,
  paillierProfile,
  proveKey,
  zeroProver,
  type PaillierCiphertext,
  type PaillierPublicKey,
  type PaillierSecretKey,
} from '@tacit/paillier';
import { S, waitFor, type TestNetwork } from '../support';
import { scheme } from './asking';
import { randomId, type CompanyInHand } from './company-in-hand';
import type { Mailbox } from './mailbox';

const BITS = 8;

/** A pair that she published, with everything that she knows about it. */
export interface OwnPair {
  readonly quality: QualityRecord;
  readonly xor: XorRecord;
  readonly secretKey: PaillierSecretKey;
}

/** Publishes X and Y, properly encrypted. @param owner whose key the key proof says it is */
export async function publishPair(
  keyHolder: CompanyInHand,
  terms: { readonly agreementHash: string; readonly evaluator: string },
  values: { readonly x: bigint; readonly y: bigint },
  owner = keyHolder.name,
): Promise<OwnPair> {
  const { publicKey, secretKey } = keygen(paillierProfile(scheme.profile));
  const factors = makeNonceFactors(secretKey, 3 * BITS, 'uniform', randomBytes);
  const pair = { pairId: randomId(), bits: BITS, ...values };
  const { w, bits, ...encrypted } = encryptPair(scheme, bitEncryptor(publicKey, factors), pair);
  const { pairId, profile, keyId, publicKey: encodedKey, wHash } = encrypted;
  const lotRef = randomBytes(32).toString('base64url');
  const quality: QualityRecord = {
    ...encrypted,
    agreementHash: terms.agreementHash,
    sequence: { x: 1, y: 2 },
    takenAt: { x: Date.UTC(2020, 0, 31), y: Date.UTC(2020, 1, 29) },
    lotRefs: { x: lotRef, y: lotRef },
    supersedes: null,
    keyProof: toBase64url(proveKey(secretKey, keyTranscript(owner))),
  };
  const xor: XorRecord = {
    pairId,
    keyHolder: keyHolder.name,
    servicer: S,
    buyers: [terms.evaluator],
    profile,
    keyId,
    publicKey: encodedKey,
    bits,
    w,
    wHash,
  };
  expect(await keyHolder.submit('quality', 'publishPair', quality)).toBeUndefined();
  expect(await keyHolder.submit('xor', 'publishXor', xor)).toBeUndefined();
  return { quality, xor, secretKey };
}

/** The question about a pair, as it comes to her inbox. */
export function questionAbout(mailbox: Mailbox, { quality }: OwnPair): Promise<AnswerRequest> {
  return waitFor('the question has come', () =>
    mailbox.envelopes
      .filter(({ body }) => body.type === 'answer-request')
      .map(({ body }) => body.payload as AnswerRequest)
      .find(({ pairId }) => pairId === quality.pairId),
  );
}

/** The honest proof of what is true, base64url. */
export function proofOf(
  { quality, xor, secretKey }: OwnPair,
  evaluator: string,
  about: Finding & Pick<Answer, 'requestId' | 'zHash'>,
): string {
  const { evaluation: z } = expectedQuestion(scheme, quality, xor);
  // These functions speak of any scheme's ciphertexts; here they are this one's.
  const pair = { ...openQualityRecord(scheme, quality, BITS), z } as EvaluatedPair<
    PaillierPublicKey,
    PaillierCiphertext
  >;
  return toBase64url(proveAnswer(scheme, zeroProver(secretKey), pair, { quality, evaluator, answer: about }));
}

/** Has her answer recorded, whatever it says. The contract does not look into it. */
export async function recordAnswer(keyHolder: CompanyInHand, answer: Answer): Promise<void> {
  const { requestId } = answer;
  const transient = { answer: canonicalBytes(answer) };
  expect(await keyHolder.submit('quality', 'recordAnswer', { requestId }, transient)).toBeUndefined();
}

/** Ends B's application and takes its place. */
export async function replaceKeyHolder(network: TestNetwork, keyHolder: CompanyInHand): Promise<Mailbox> {
  await network.network.company(keyHolder.name).stop();
  return keyHolder.listen();
}
