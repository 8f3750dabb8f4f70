import type { Answer } from '@tacit/comparison';
import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import type { Verdict } from '@tacit/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An answer that was given: stored in the transaction that charged the budgets, before it left the company. */
@Entity('answer')
@Index(['pairId'])
@Index(['agreementId'])
@Index(['answeredAt'])
export class AnswerEntity {
  @PrimaryColumn('text')
  requestId: string;

  @Column('text')
  pairId: string;

  @Column('text')
  agreementHash: string;

  @Column('text')
  agreementId: string;

  @Column('text')
  quantity: string;

  /** MSP ID of the company that asked. */
  @Column('text')
  evaluator: string;

  /** Direction, index, salt and proof, as recorded on the ledger. */
  @JsonColumn()
  answer: Answer;

  /** The envelope that was answered: to a repeated request goes the same reply, byte for byte. */
  @Column('text')
  replyTo: string;

  /** false for a second answer about a pair, which tells nothing new. */
  @Column('boolean')
  charged: boolean;

  /** Whether the channel has recorded it; null while that is under way. */
  @Column('boolean', { nullable: true })
  recorded: boolean | null;

  /** What the company that asked has recorded of the answer's proof; null until it has. */
  @Column('text', { nullable: true })
  verdict: Verdict | null;

  @MillisecondsColumn()
  answeredAt: number;
}
