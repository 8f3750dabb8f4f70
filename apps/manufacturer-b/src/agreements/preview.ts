import {
  comparedValues,
  ComparisonError,
  encodeReading,
  formatSteps,
  previewOutcomes,
} from '@tacit/comparison';
import { ProblemException } from '@tacit/company';
import { boundaryInWords, changeInWords } from '../disclosure/words';
import { pairCoreSeconds, PUBLISHED_PROFILES } from '../readings/publishing-cost';
import type { NonceMethod } from '@tacit/paillier';
import type { PreviewBody, PreviewOutcomeView, PreviewView } from './preview.dto';

/**
 * What the asking company would learn from these readings, were every pair compared.
 * @param method how this company draws nonce factors, which decides the cost
 * @throws ProblemException `bad-reading` naming every reading that the terms cannot encode
 */
export function preview(body: PreviewBody, method: NonceMethod): PreviewView {
  const encoded = encodeAll(body);
  const outcomes = previewOutcomes(body, body.readings).map((outcome, i) => ({
    from: i + 1,
    to: i + 2,
    ...outcome,
  }));
  return {
    outcomes,
    notes: notes(body, encoded, outcomes),
    cost: {
      answers: outcomes.length,
      coreSeconds: Object.fromEntries(
        PUBLISHED_PROFILES.map((profile) => [
          profile,
          Math.round(outcomes.length * pairCoreSeconds(profile, body.bits, method) * 10) / 10,
        ]),
      ),
    },
  };
}

function encodeAll(body: PreviewBody): bigint[] {
  const encoded: bigint[] = [];
  const errors: { path: string; message: string }[] = [];
  for (const [i, reading] of body.readings.entries()) {
    try {
      encoded.push(encodeReading(reading, body));
    } catch (error) {
      if (!(error instanceof ComparisonError)) throw error;
      errors.push({ path: `readings[${i}]`, message: error.message });
    }
  }
  if (errors.length > 0) {
    throw new ProblemException('bad-reading', {
      detail: `${errors.length} readings cannot be encoded`,
      errors,
    });
  }
  return encoded;
}

function notes(
  body: PreviewBody,
  encoded: readonly bigint[],
  outcomes: readonly PreviewOutcomeView[],
): string[] {
  const sentences = outcomes.map((outcome) => {
    const change = `From reading ${outcome.from} to ${outcome.to}: ${changeInWords('the value', outcome)}`;
    if (body.measure !== 'bit' || outcome.index === null) return `${change}.`;
    const { x, y } = comparedValues('bit', encoded[outcome.from - 1] ?? 0n, encoded[outcome.to - 1] ?? 0n);
    return `${change}; ${boundaryInWords({ x, y }, outcome.index, body)}.`;
  });
  return [
    ...sentences,
    `Over all ${body.readings.length} readings the steps add up: ${sumInWords(body, outcomes)}.`,
    body.measure === 'bit'
      ? 'Under bit an answer also tells an absolute value that the quantity crossed, and a change of one step can look like a large one; magnitude tells the size of the change only.'
      : 'Under magnitude an answer tells the size of the change and no absolute value.',
    'An answer that nobody asks for tells nothing: these are the most that could be learned.',
  ];
}

/** The last reading less the first lies in the sum of the signed ranges. */
function sumInWords({ scale, unit }: PreviewBody, outcomes: readonly PreviewOutcomeView[]): string {
  let [least, most] = [0n, 0n];
  for (const { direction, range } of outcomes) {
    const [min, max] = [steps(range.min), steps(range.max)];
    least += direction === 'fall' ? -max : min;
    most += direction === 'fall' ? -min : max;
  }
  return `the last less the first lies between ${formatSteps(least, scale)} and ${formatSteps(most, scale)} ${unit}`;
}

/** The inverse of `formatSteps`. */
function steps(decimal: string): bigint {
  return BigInt(decimal.replace('.', ''));
}
