import { JsonColumn } from '@tacit/company';
import type { Order } from '@tacit/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An order of this company's own: the channel's record, mirrored. Its state follows by `orderState`. */
@Entity('sales_order')
export class OrderEntity {
  @PrimaryColumn('text')
  orderId: string;

  /** The channel of purpose `sales`. */
  @Column('text')
  channel: string;

  @JsonColumn()
  record: Order;
}
