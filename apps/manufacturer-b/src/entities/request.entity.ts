import type { AnswerRequest } from '@tacit/messaging';
import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type RequestState = 'received' | 'answered' | 'refused';

/** One `answer-request` envelope that arrived, and what became of it. */
@Entity('request')
@Index(['requestId'])
@Index(['receivedAt'])
export class RequestEntity {
  /** The envelope's sender and id: what names a message. */
  @PrimaryColumn('text')
  from: string;

  @PrimaryColumn('text')
  envelopeId: string;

  /** What the sender says the request is; checked against the ledger before anything else is believed. */
  @Column('text')
  requestId: string;

  @Column('text')
  pairId: string;

  /** What was asked; null once the request is concluded. */
  @JsonColumn({ nullable: true, select: false })
  question: AnswerRequest | null;

  @Column('text')
  state: RequestState;

  /** Why it was refused. For this company only: the sender is told one constant body. */
  @Column('text', { nullable: true })
  reason: string | null;

  @MillisecondsColumn()
  receivedAt: number;

  @MillisecondsColumn({ nullable: true })
  concludedAt: number | null;
}
