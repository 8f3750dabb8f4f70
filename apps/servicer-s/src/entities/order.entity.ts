import { MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An order as the sales channel shows it, and what became of its delivery. */
@Entity('sales_order')
@Index(['orderedAt', 'orderId'])
@Index(['customer', 'orderedAt'])
@Index(['deliveryId'])
export class OrderEntity {
  @PrimaryColumn('text')
  orderId: string;

  @Column('text')
  pairId: string;

  /** MSP ID. */
  @Column('text')
  customer: string;

  @Column('text')
  channel: string;

  @Column('integer')
  minorUnits: number;

  @Column('text')
  currency: string;

  @MillisecondsColumn()
  orderedAt: number;

  @MillisecondsColumn()
  deadline: number;

  @MillisecondsColumn({ nullable: true })
  deliveredAt: number | null;

  @MillisecondsColumn({ nullable: true })
  receivedAt: number | null;

  @Column('text', { nullable: true })
  ended: 'disputed' | 'refused' | 'credited' | null;

  @Column('text', { nullable: true })
  endedReason: string | null;

  /** The message that carried the record. */
  @Column('text', { nullable: true })
  deliveryId: string | null;

  /** Why the record has not reached the customer, in words. */
  @Column('text', { nullable: true })
  trouble: string | null;

  /** When the customer's payment was entered, and its reference. */
  @MillisecondsColumn({ nullable: true })
  paidAt: number | null;

  @Column('text', { nullable: true })
  paymentReference: string | null;
}
