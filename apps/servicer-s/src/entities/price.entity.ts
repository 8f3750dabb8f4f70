import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Key of the price that holds for customers without a price of their own. */
export const EVERY_CUSTOMER = '*';

@Entity('price')
export class PriceEntity {
  /** MSP ID of the customer, or EVERY_CUSTOMER. */
  @PrimaryColumn('text')
  customer: string;

  @Column('integer')
  minorUnits: number;

  /** ISO 4217. */
  @Column('text')
  currency: string;
}
