import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import type { Agreement } from '@tacit/comparison';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** As the channel says; that an agreement has expired is derived from its terms. */
export type AgreementStatus = 'proposed' | 'accepted' | 'declined' | 'superseded';

/** One version of an agreement that a key holder proposed to this company: the channel's record, mirrored. */
@Entity('agreement')
@Index(['agreementId', 'version'])
@Index(['proposedAt', 'agreementHash'])
export class AgreementEntity {
  @PrimaryColumn('text')
  agreementHash: string;

  /** The same for all versions; `terms.id`. */
  @Column('text')
  agreementId: string;

  @Column('integer')
  version: number;

  /** What was agreed, word for word; its hash is the primary key. */
  @JsonColumn()
  terms: Agreement;

  /** The channel of purpose `quality` that this company shares with the key holder. */
  @Column('text')
  channel: string;

  @Column('text')
  status: AgreementStatus;

  @Column('boolean')
  paused: boolean;

  /** Why this company declined. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** What this company has decided; on its way to the channel until the status says it. */
  @Column('text', { nullable: true })
  decision: 'accept' | 'decline' | null;

  /** Why the contract did not take the decision. */
  @Column('text', { nullable: true })
  decisionRefused: string | null;

  /** When the channel recorded what was seen first, by the submitter's clock. */
  @MillisecondsColumn()
  proposedAt: number;
}
