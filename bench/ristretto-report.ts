import { rounded } from './report';
import type { RistrettoTimes } from './ristretto';

export interface RistrettoRow {
  readonly operation: string;
  readonly milliseconds: number;
  /** The same with @noble/curves, in the same run. */
  readonly reference: number;
}

/** A speed to reach, at most so many milliseconds. */
export interface Limit {
  readonly target: string;
  readonly required: number;
  readonly measured: number;
  readonly reached: boolean;
}

export interface RistrettoReport {
  readonly profile: 'ristretto255';
  readonly rows: readonly RistrettoRow[];
  readonly bytes: {
    readonly ciphertexts: number;
    readonly digitProofs: number;
    readonly answerProof: number;
  };
  readonly targets: readonly Limit[];
}

export function ristrettoReport(times: RistrettoTimes, reference: RistrettoTimes): RistrettoReport {
  const row = (operation: string, time: (times: RistrettoTimes) => number): RistrettoRow => ({
    operation,
    milliseconds: rounded(time(times)),
    reference: rounded(time(reference)),
  });
  const limit = (target: string, milliseconds: number, required: number): Limit => ({
    target,
    required,
    measured: rounded(milliseconds),
    reached: milliseconds <= required,
  });
  return {
    profile: 'ristretto255',
    rows: [
      row('key generation', ({ keyGeneration }) => keyGeneration),
      row('encrypt a pair, 96 ciphertexts (B)', ({ encrypt }) => encrypt),
      row('prove its digits, 128 (B)', ({ proveDigits }) => proveDigits),
      row('verify its digits, 128', ({ verifyDigits }) => verifyDigits),
      row('evaluate a pair (A)', ({ evaluate }) => evaluate),
      row('answer a pair: recompute, compare, prove (B)', ({ answer }) => answer),
      row('verify an answer (A)', ({ verify }) => verify),
      row('whole pair: encrypt, evaluate, answer, verify', ({ wholePair }) => wholePair),
    ],
    bytes: {
      ciphertexts: times.ciphertextBytes,
      digitProofs: times.digitProofBytes,
      answerProof: times.answerProofBytes,
    },
    targets: [
      limit('whole pair, the longest answer proof', times.wholePair, 60),
      limit('prove digits', times.proveDigits, 150),
      limit('verify digits', times.verifyDigits, 150),
    ],
  };
}
