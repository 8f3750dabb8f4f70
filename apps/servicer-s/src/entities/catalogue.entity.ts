import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An XOR record that a key holder put up for sale; its ciphertexts stay on the ledger. */
@Entity('catalogue')
@Index(['listedAt', 'pairId'])
export class CatalogueEntity {
  @PrimaryColumn('text')
  pairId: string;

  /** MSP ID. */
  @Column('text')
  keyHolder: string;

  /** MSP IDs of those who may buy it; the key holder names them. */
  @JsonColumn()
  buyers: readonly string[];

  @Column('text')
  profile: string;

  @Column('integer')
  bits: number;

  @Column('text')
  keyId: string;

  @Column('text')
  wHash: string;

  /** The channel that holds the record. */
  @Column('text')
  channel: string;

  @MillisecondsColumn()
  listedAt: number;
}
