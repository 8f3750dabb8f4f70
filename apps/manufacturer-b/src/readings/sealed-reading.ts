import { utf8 } from '@tacit/core';
import type { AtRest } from '@tacit/company';
import type { ReadingEntity } from '../entities/reading.entity';

/** What a reading says, apart from when it was taken. */
export interface ReadingContent {
  /** The decimal text as it was recorded, to the digit. */
  readonly value: string;
  /** The lot's label. */
  readonly lot: string;
  /** 32 random bytes as base64url: with the label they give the reading's `lotRef`. */
  readonly lotSalt: string;
}

const purpose = (readingId: string): string => `reading:${readingId}`;

/** Readings are what this company keeps from its partners: a stolen database file must not tell them. */
export function sealReading(atRest: AtRest, readingId: string, content: ReadingContent): string {
  const { value, lot, lotSalt } = content;
  return atRest.seal(purpose(readingId), utf8(JSON.stringify([value, lot, lotSalt])));
}

/** @throws AtRestError when the row was sealed with another key, belongs to another reading, or was changed. */
export function openReading(
  atRest: AtRest,
  { id, sealed }: Pick<ReadingEntity, 'id' | 'sealed'>,
): ReadingContent {
  const text = new TextDecoder().decode(atRest.open(purpose(id), sealed));
  const [value, lot, lotSalt] = JSON.parse(text) as [string, string, string];
  return { value, lot, lotSalt };
}
