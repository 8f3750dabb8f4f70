import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import type { ComparisonOutcome } from '@tacit/comparison';
import type { Amount } from '@tacit/contracts';
import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { ComparisonState } from '../comparing/comparison-state';
import type { Reason } from '../comparing/reasons';

/** Labels of the two readings' lots; null for one that did not open its reference on the channel. */
export interface Lots {
  readonly x: string | null;
  readonly y: string | null;
}

/** One comparison of one pair, from the order to the outcome. Everything that a step needs after a crash is here. */
@Entity('comparison')
@Index(['createdAt', 'id'])
export class ComparisonEntity {
  /** 128 random bits. */
  @PrimaryColumn('text')
  id: string;

  /** There is one comparison for a pair; it can be tried again. */
  @Column('text', { unique: true })
  pairId: string;

  @Index()
  @Column('text')
  agreementId: string;

  /** The version that the pair belongs to: what its outcome is read by. */
  @Column('text')
  agreementHash: string;

  /** MSP IDs. */
  @Column('text')
  keyHolder: string;

  @Column('text')
  servicer: string;

  @Column('text')
  state: ComparisonState;

  /** Why it ended otherwise than verified. */
  @JsonColumn({ nullable: true })
  reason: Reason | null;

  /** 1, one more with every retry; a job of an earlier attempt finds that it has nothing to do. */
  @Column('integer')
  attempt: number;

  /** The price that was shown when the comparison was asked for; the order is made at no other. */
  @JsonColumn()
  price: Amount;

  /** Chosen before the order is placed, so that placing it again is the same order. */
  @Index()
  @Column('text')
  orderId: string;

  /** The request on the ledger of this attempt, and the slot of the budget that it takes. */
  @Index()
  @Column('text', { nullable: true })
  requestId: string | null;

  @Column('integer', { nullable: true })
  slot: number | null;

  @MillisecondsColumn({ nullable: true })
  requestExpiresAt: number | null;

  /** Id of the `answer-request` envelope that carried the request; a refusal must reply to it. */
  @Index()
  @Column('text', { nullable: true })
  envelopeId: string | null;

  /** Id of the `refusal-evidence` envelope that asked the servicer to credit the order. */
  @Column('text', { nullable: true })
  evidenceId: string | null;

  /** H("record", "answer", …) of the answer that the ledger holds; the outcome rests on it. */
  @Column('text', { nullable: true })
  answerHash: string | null;

  /** The same hash of the answer that came as a message. Another one is an alarm, never an outcome. */
  @Column('text', { nullable: true })
  messageAnswerHash: string | null;

  /** What the answer says; what its proof is worth, the state says. */
  @JsonColumn({ nullable: true })
  outcome: ComparisonOutcome | null;

  @JsonColumn({ nullable: true })
  lots: Lots | null;

  @MillisecondsColumn()
  createdAt: number;
}

/** A state that a comparison was in, and from when. */
@Entity('comparison_history')
@Index(['comparisonId'])
export class HistoryEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('text')
  comparisonId: string;

  @Column('text')
  state: ComparisonState;

  @MillisecondsColumn()
  at: number;
}
