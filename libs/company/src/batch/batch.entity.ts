import type { BatchKind } from '@tacit/messaging';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { MillisecondsColumn } from '../database';

/** A batch that took effect, written by the very transaction in which it did. Kept: its id is used up for ever. */
@Entity('batch')
export class BatchEntity {
  /** As its sender named it. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  kind: BatchKind;

  /** SHA-256 of the content, sealed at rest: readings are easy to guess. */
  @Column('text')
  contentHash: string;

  @MillisecondsColumn()
  takenAt: number;
}
