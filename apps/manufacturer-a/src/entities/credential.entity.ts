import { MillisecondsColumn } from '@tacit/company';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The customer credential that a servicer issued for this company; without it nothing can be ordered. */
@Entity('customer_credential')
export class CredentialEntity {
  /** MSP ID of the servicer. */
  @PrimaryColumn('text')
  servicer: string;

  /** 32 bytes under the at-rest key. */
  @Column('text')
  sealed: string;

  @MillisecondsColumn()
  storedAt: number;
}
