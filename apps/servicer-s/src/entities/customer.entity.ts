import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A company that may order. The credential itself is shown once and never stored. */
@Entity('customer')
@Index(['channel'])
export class CustomerEntity {
  /** MSP ID. */
  @PrimaryColumn('text')
  company: string;

  /** The sales channel that is shared with it. */
  @Column('text')
  channel: string;

  @Column('text')
  credentialHash: string;

  /** The hash that the channel has recorded; orders are taken with this one. */
  @Column('text', { nullable: true })
  recordedHash: string | null;

  /** The price that the channel has recorded. */
  @JsonColumn({ nullable: true })
  recordedPrice: { readonly minorUnits: number; readonly currency: string } | null;

  @MillisecondsColumn()
  registeredAt: number;
}
