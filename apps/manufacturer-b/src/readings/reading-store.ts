import { randomBytes } from 'node:crypto';
import { AtRest } from '@tacit/company';
import { lotReference } from '@tacit/comparison';
import { toBase64url } from '@tacit/core';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { ReadingEntity } from '../entities/reading.entity';
import type { CheckedReading } from './row-checker';
import { openReading, sealReading } from './sealed-reading';

/** Rows of one INSERT; SQLite takes at most 32,766 values in one statement. */
const ROWS_AT_ONCE = 500;

/** Writes readings as rows. */
@Injectable()
export class ReadingStore {
  constructor(private readonly atRest: AtRest) {}

  /** The first revision of a reading, its content sealed; not stored yet. */
  seal(reading: CheckedReading, recordedAt: number): ReadingEntity {
    const { quantity, sequence, takenAt, value, lot } = reading;
    const id = toBase64url(randomBytes(16));
    const salt = randomBytes(32);
    return {
      id,
      quantity,
      sequence,
      revision: 1,
      current: true,
      takenAt,
      recordedAt,
      lotRef: lotReference(salt, lot),
      sealed: sealReading(this.atRest, id, { value, lot, lotSalt: toBase64url(salt) }),
    };
  }

  async insert(em: EntityManager, readings: readonly ReadingEntity[]): Promise<void> {
    for (let i = 0; i < readings.length; i += ROWS_AT_ONCE) {
      await em.insert(ReadingEntity, readings.slice(i, i + ROWS_AT_ONCE));
    }
  }

  /** Adds a revision with another value; time and lot stay. */
  async revise(em: EntityManager, earlier: ReadingEntity, value: string): Promise<ReadingEntity> {
    const id = toBase64url(randomBytes(16));
    const content = openReading(this.atRest, earlier);
    const revised = Object.assign(new ReadingEntity(), earlier, {
      id,
      revision: earlier.revision + 1,
      recordedAt: Date.now(),
      sealed: sealReading(this.atRest, id, { ...content, value }),
    });
    await em.update(ReadingEntity, { id: earlier.id }, { current: false });
    await em.insert(ReadingEntity, revised);
    return revised;
  }
}
