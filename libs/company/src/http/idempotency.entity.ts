import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { MillisecondsColumn } from '../database';

/** `started`: nothing has been changed yet; `effective`: something has, the answer is not known; `answered`. */
export type IdempotencyState = 'started' | 'effective' | 'answered';

/** A write that came with an Idempotency-Key. */
@Entity('idempotency')
export class IdempotencyEntity {
  @PrimaryColumn('text')
  key: string;

  /** SHA-256 of method, path, query and body, sealed at rest. */
  @Column('text')
  requestHash: string;

  @Column('text')
  state: IdempotencyState;

  @Column('integer', { nullable: true })
  status: number | null;

  /** The answer's JSON, sealed at rest. */
  @Column('text', { nullable: true })
  body: string | null;

  @Index()
  @MillisecondsColumn()
  createdAt: number;
}
