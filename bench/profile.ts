import { randomBytes } from 'node:crypto';
import { expectedQuestion, findDifference, keyTranscript, verifyQuestion } from '@tacit/comparison';
import { bytesToBigint, toBase64url } from '@tacit/core';
import {
  bitEncryptor,
  decodeNonceFactors,
  decodeSecretKey,
  encodeNonceFactors,
  encodeSecretKey,
  keygen,
  makeNonceFactors,
  paillierScheme,
  proveKey,
  type NonceMethod,
  type PaillierKeyPair,
  type PaillierProfile,
} from '@tacit/paillier';
import { measure } from './measure';
import { publishPair } from './sample-pair';
import { textbookNonceFactor } from './textbook';

const BITS = 32;
/** x, y and w, one ciphertext for each bit. */
const CIPHERTEXTS = 3 * BITS;
const QUICK = { budget: 1_000, least: 5 };
const SLOW = { budget: 4_000, least: 2 };

/** Milliseconds for one pair of 32-bit readings, unless the name says otherwise. */
export interface ProfileTimes {
  readonly textbookCiphertext: number;
  readonly textbookPair: number;
  readonly offlineUniform: number;
  readonly offlineShortExponent: number;
  readonly online: number;
  readonly evaluate: number;
  readonly answer: number;
  readonly keyUniform: number;
  readonly keyShortExponent: number;
}

/** Measures one profile; textbook powers before, between and after, so that a drift of the machine meets both. */
export function measureProfile(profile: PaillierProfile, progress: (step: string) => void): ProfileTimes {
  progress('key generation');
  const uniform = measure(() => keygen(profile), SLOW);
  const short = measure(() => keygen(profile, 'short-exponent'), SLOW);
  const keys = short.last;
  const textbook: number[] = [];
  const textbookPowers = (): void => {
    progress('textbook powers');
    const power = (): bigint => textbookNonceFactor(keys.publicKey.modulus);
    textbook.push(measure(power, { budget: 1_000, least: 2 }).milliseconds);
  };

  textbookPowers();
  progress('nonce factors');
  const offlineUniform = measure(() => fillPool(keys, 'uniform'), { budget: 0, least: 1 });
  textbookPowers();
  const offlineShortExponent = measure(() => fillPool(keys, 'short-exponent'), SLOW);
  textbookPowers();
  progress('publish, evaluate, answer');
  const steps = measureSteps(profile, keys);
  textbookPowers();

  const textbookCiphertext = textbook.reduce((sum, sample) => sum + sample) / textbook.length;
  return {
    textbookCiphertext,
    textbookPair: CIPHERTEXTS * textbookCiphertext,
    offlineUniform: offlineUniform.milliseconds,
    offlineShortExponent: offlineShortExponent.milliseconds,
    ...steps,
    keyUniform: uniform.milliseconds,
    keyShortExponent: short.milliseconds,
  };
}

/** What a worker of the pool does for one key: read it, make the factors, write them. */
function fillPool({ publicKey, secretKey }: PaillierKeyPair, method: NonceMethod): Uint8Array {
  const key = decodeSecretKey(secretKey.profile, publicKey, encodeSecretKey(secretKey));
  return encodeNonceFactors(publicKey, makeNonceFactors(key, CIPHERTEXTS, method, randomBytes));
}

/** Tables 1, 3 and 4 from bytes to bytes, as the companies run them. */
function measureSteps(
  profile: PaillierProfile,
  keys: PaillierKeyPair,
): Pick<ProfileTimes, 'online' | 'evaluate' | 'answer'> {
  const scheme = paillierScheme(profile);
  const publicKey = scheme.encodePublicKey(keys.publicKey);
  const values = { x: bytesToBigint(randomBytes(BITS / 8)), y: bytesToBigint(randomBytes(BITS / 8)) };
  // Decoded again for every repetition, against the rule of single use: nothing of this leaves the process.
  const factors = fillPool(keys, 'short-exponent');
  const keyProof = proveKey(keys.secretKey, keyTranscript('B'));

  const online = measure(() => {
    const key = scheme.decodePublicKey(publicKey);
    const encryptor = bitEncryptor(key, decodeNonceFactors(key, factors));
    return publishPair(scheme, encryptor, BITS, values, keyProof);
  }, QUICK);
  const { quality, xor } = online.last;
  const evaluation = measure(() => expectedQuestion(scheme, quality, xor), QUICK);
  const question = { zHash: evaluation.last.zHash, rise: toBase64url(evaluation.last.rise) };
  const answer = measure(() => {
    verifyQuestion(scheme, { quality, xor }, { quality, xor }, question);
    return findDifference(values, BITS);
  }, QUICK);
  return {
    online: online.milliseconds,
    evaluate: evaluation.milliseconds,
    answer: answer.milliseconds,
  };
}
