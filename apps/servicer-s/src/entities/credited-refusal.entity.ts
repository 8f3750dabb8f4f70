import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A key holder's refusal that an order was credited against. Each counts for one order. */
@Entity('credited_refusal')
export class CreditedRefusalEntity {
  /** MSP ID. */
  @PrimaryColumn('text')
  keyHolder: string;

  /** The key holder's envelope id. Not the envelope's text: ECDSA allows two signatures for one body. */
  @PrimaryColumn('text')
  refusalId: string;

  @Column('text')
  orderId: string;
}
