import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a servicer charges this company for one pair's XOR record. */
@Entity('price')
export class PriceEntity {
  /** MSP ID. */
  @PrimaryColumn('text')
  servicer: string;

  /** The channel of purpose `sales` that the price is recorded on and orders go to. */
  @Column('text')
  channel: string;

  @Column('integer')
  minorUnits: number;

  /** ISO 4217 */
  @Column('text')
  currency: string;
}
