import type { AtRest } from '@tacit/company';
import type { ReadingEntity } from '../entities/reading.entity';
import type { ReadingView } from './reading.dto';
import { openReading } from './sealed-reading';

export function viewReading(atRest: AtRest, reading: ReadingEntity): ReadingView {
  const { value, lot } = openReading(atRest, reading);
  const { sequence, revision, quantity, lotRef } = reading;
  return {
    sequence,
    revision,
    quantity,
    value,
    takenAt: new Date(reading.takenAt).toISOString(),
    lot,
    lotRef,
    recordedAt: new Date(reading.recordedAt).toISOString(),
  };
}
