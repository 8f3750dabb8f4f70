import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret of the company itself, sealed at rest. */
@Entity('secret')
export class SecretEntity {
  @PrimaryColumn('text')
  name: string;

  @Column('text')
  sealed: string;
}
