import { Column, Entity, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { JsonColumn, MillisecondsColumn } from '../database';

export type JobState = 'queued' | 'running' | 'dead';

/** A piece of work that must happen. The row is deleted by the transaction that records the work's result. */
@Entity('job')
@Unique(['kind', 'key'])
@Index(['state', 'notBefore', 'id'])
export class JobEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('text')
  kind: string;

  /** What the work is about; there is at most one job of a kind about a thing. */
  @Column('text')
  key: string;

  @JsonColumn()
  payload: unknown;

  @Column('text')
  state: JobState;

  /** Not to be started before this time. */
  @MillisecondsColumn()
  notBefore: number;

  /** How often it was tried in vain since it was added or revived. Sets the back-off. */
  @Column('integer')
  attempts: number;

  /** How many of the attempts failed for a reason that waiting does not explain. */
  @Column('integer')
  failures: number;

  @Column('text', { nullable: true })
  lastError: string | null;

  /** Whom the last attempt waited for, and since when. */
  @Column('text', { nullable: true })
  waitingFor: string | null;

  @MillisecondsColumn({ nullable: true })
  waitingSince: number | null;

  @MillisecondsColumn()
  createdAt: number;
}
