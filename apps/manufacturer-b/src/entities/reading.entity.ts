import { MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/**
 * One revision of a reading. There is one sequence per quantity, without gaps, in the order of the times. A
 * correction adds a revision; the earlier one stays, because a pair that was published from it says so.
 */
@Entity('reading')
@Unique(['quantity', 'sequence', 'revision'])
@Index(['quantity', 'current', 'sequence'])
export class ReadingEntity {
  /** 128 random bits; a pair names the revisions that it was made from. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  quantity: string;

  /** 1, 2, 3, … */
  @Column('integer')
  sequence: number;

  /** 1 as recorded, one more with every correction. */
  @Column('integer')
  revision: number;

  /** Whether this is the latest revision. */
  @Column('boolean')
  current: boolean;

  @MillisecondsColumn()
  takenAt: number;

  @MillisecondsColumn()
  recordedAt: number;

  /** H("lot", salt, label) as base64url: what the channel sees of the lot. */
  @Column('text')
  lotRef: string;

  /** Value, lot label and lot salt under the at-rest key; `openReading` opens it. */
  @Column('text')
  sealed: string;
}
