import type { Agreement } from '@tacit/comparison';
import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * `proposed` until the evaluator decides; `superseded` by a later version; `refused` when the contract did not take
 * the proposal. That an agreement has expired is derived from its terms.
 */
export type AgreementStatus = 'proposed' | 'accepted' | 'declined' | 'superseded' | 'refused';

/** One version of an agreement that this company proposed, as the channel's events have shown it since. */
@Entity('agreement')
@Index(['agreementId', 'version'])
@Index(['quantity', 'status'])
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

  /** MSP ID of the asking company; `terms.evaluator`. */
  @Column('text')
  evaluator: string;

  @Column('text')
  quantity: string;

  /** The channel of purpose `quality` that this company shares with the evaluator. */
  @Column('text')
  channel: string;

  @Column('text')
  status: AgreementStatus;

  /** What this company has decided. It holds from the moment of the decision, before the channel knows. */
  @Column('boolean')
  paused: boolean;

  /** What the channel says. */
  @Column('boolean')
  pausedOnLedger: boolean;

  /** Why the evaluator declined, or the contract refused. */
  @Column('text', { nullable: true })
  reason: string | null;

  @MillisecondsColumn()
  createdAt: number;

  /** When the channel recorded the proposal. */
  @MillisecondsColumn({ nullable: true })
  recordedAt: number | null;

  /** When the channel recorded the evaluator's decision. */
  @MillisecondsColumn({ nullable: true })
  decidedAt: number | null;
}
