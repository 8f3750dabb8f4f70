// Runs in the threads that make keys: seconds of big-integer work that must not hold up the event loop, nor answers.
import { setPriority } from 'node:os';
import { randomBytes } from 'node:crypto';
import { keyTranscript } from '@tacit/comparison';
import { bytesToBigint } from '@tacit/core';
import {
  decodeSecretKey,
  encodeNonceFactors,
  encodeSecretKey,
  keygen,
  makeNonceFactors,
  paillierProfile,
  paillierScheme,
  proveKey,
  type NonceMethod,
} from '@tacit/paillier';
import { gcd } from 'bigint-crypto-utils';

/** Linux gives every thread its own priority: whatever waits for an answer goes before a stock of keys. */
const LOW_PRIORITY = 3;
if (process.platform === 'linux') setPriority(0, LOW_PRIORITY);

export interface EncodedKeyPair {
  /** n */
  readonly publicKey: Uint8Array;
  readonly keyId: string;
  /** p ‖ q. Secret. */
  readonly secretKey: Uint8Array;
}

export interface ProvenKeyPair extends EncodedKeyPair {
  /** That the key is sound. */
  readonly keyProof: Uint8Array;
}

export interface KeyTask {
  readonly profile: string;
  readonly method: NonceMethod;
  /** MSP ID of this company. */
  readonly owner: string;
}

/** A key pair with the proof that is published with it; nobody knows yet for which pair of readings. */
export function makeKey(task: KeyTask): ProvenKeyPair {
  const profile = paillierProfile(task.profile);
  const { publicKey, secretKey } = keygen(profile, task.method);
  return {
    publicKey: paillierScheme(profile).encodePublicKey(publicKey),
    keyId: publicKey.keyId,
    secretKey: encodeSecretKey(secretKey),
    keyProof: proveKey(secretKey, keyTranscript(task.owner)),
  };
}

export interface NonceFactorTask extends EncodedKeyPair {
  readonly profile: string;
  readonly method: NonceMethod;
  readonly count: number;
}

/** Secret. */
export function makeFactors(task: NonceFactorTask): Uint8Array {
  const profile = paillierProfile(task.profile);
  const publicKey = paillierScheme(profile).decodePublicKey(task.publicKey);
  const secretKey = decodeSecretKey(profile, publicKey, task.secretKey);
  const factors = makeNonceFactors(secretKey, task.count, task.method, randomBytes);
  return encodeNonceFactors(publicKey, factors);
}

/**
 * Does a modulus have a factor in common with one of the others? Two such keys open each other; it happens when the
 * random source repeats itself. One gcd, with the product of the others modulo n.
 */
export function sharesFactor(task: {
  readonly modulus: Uint8Array;
  readonly others: readonly Uint8Array[];
}): boolean {
  const n = bytesToBigint(task.modulus);
  const product = task.others.reduce((whole, other) => (whole * bytesToBigint(other)) % n, 1n);
  return gcd(product, n) !== 1n;
}
