import { recordHash } from '@tacit/core';
import { z } from 'zod';
import { ComparisonError } from './errors';
import { companyId, hash, label, randomId, time } from './fields';

/**
 * What is compared. `bit`, as published: the readings themselves, so that the answer is their first differing
 * bit. `magnitude`: how far they lie apart, so that the answer is the size of the difference and no absolute bit.
 */
export const MEASURES = ['bit', 'magnitude'] as const;
export type Measure = (typeof MEASURES)[number];

/** k. The paper uses 32. */
export const BIT_LENGTHS = [8, 16, 32, 64] as const;

/** A signed integer as decimal text; −10^20 < value < 10^20. */
const integerText = z.string().regex(/^(0|-?[1-9][0-9]{0,19})$/, 'an integer written in decimal');

/**
 * What the key holder (Manufacturer-B) and one evaluator (Manufacturer-A) agreed on. The key holder proposes, the
 * evaluator accepts; a new version supersedes the accepted one and shares its budget.
 */
export const agreementSchema = z.strictObject({
  id: randomId,
  version: z.int().min(1).max(10_000),
  /** Hash of the version that this one replaces. */
  supersedes: hash.nullable(),
  keyHolder: companyId,
  evaluator: companyId,
  /** Who sells the XOR records of this agreement's pairs. */
  servicer: companyId,
  quantity: label,
  unit: z.string().min(1).max(32),
  scale: z.int().min(0).max(18),
  offset: integerText,
  bits: z.union(BIT_LENGTHS.map((bits) => z.literal(bits))),
  profile: z.string().min(1).max(32),
  measure: z.enum(MEASURES),
  /** Most answers that the evaluator can ever get under this agreement, over all its versions. */
  answerBudget: z.int().min(1).max(100_000),
  /** After this time nothing is published or answered, and the pairs' secret keys are destroyed. */
  expiresAt: time,
});
export type Agreement = z.infer<typeof agreementSchema>;

/** @throws ComparisonError `bad-agreement` naming the first field that is wrong. */
export function parseAgreement(value: unknown): Agreement {
  const parsed = agreementSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ComparisonError(
      'bad-agreement',
      `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`,
    );
  }
  const { keyHolder, evaluator, servicer } = parsed.data;
  if (new Set([keyHolder, evaluator, servicer]).size !== 3) {
    throw new ComparisonError('bad-agreement', 'key holder, evaluator and servicer are three companies');
  }
  return parsed.data;
}

/** The agreement's name by its content; every record that follows carries it. */
export function agreementHash(agreement: Agreement): string {
  return recordHash('agreement', agreement);
}
