import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a channel's events have been applied. */
@Entity('checkpoint')
export class CheckpointEntity {
  @PrimaryColumn('text')
  channel: string;

  @Column('text')
  checkpoint: string;
}
