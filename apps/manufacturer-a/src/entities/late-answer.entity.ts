import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An answer that was recorded when its comparison had already begun another attempt. */
@Entity('late_answer')
export class LateAnswerEntity {
  @PrimaryColumn('text')
  pairId: string;

  /** The request of the earlier attempt. */
  @Column('text')
  requestId: string;
}
