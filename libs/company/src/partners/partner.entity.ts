import type { ChannelPurpose } from '@tacit/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { JsonColumn, MillisecondsColumn } from '../database';

export type PartnerChannels = Partial<Record<ChannelPurpose, string>>;

/** A company that this one deals with. */
@Entity('partner')
export class PartnerEntity {
  /** MSP ID. */
  @PrimaryColumn('text')
  company: string;

  @Column('text')
  displayName: string;

  /** Where its messages go. */
  @Column('text')
  inbox: string;

  /** The channel that is shared with it for each purpose. */
  @JsonColumn()
  channels: PartnerChannels;

  @MillisecondsColumn()
  createdAt: number;

  @MillisecondsColumn()
  updatedAt: number;
}
