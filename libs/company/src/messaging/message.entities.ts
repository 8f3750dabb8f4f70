import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import { MillisecondsColumn } from '../database';

/** A verified envelope, committed before it was acknowledged. Kept: it is evidence of what was asked and said. */
@Entity('received_message')
export class ReceivedMessageEntity {
  /** MSP ID of the sender. */
  @PrimaryColumn('text')
  sender: string;

  /** The sender's envelope id. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  type: string;

  @Column('text')
  payloadHash: string;

  /** SHA-256 of the certificate that signed, hexadecimal. */
  @Column('text')
  fingerprint: string;

  /** The envelope itself. */
  @Column('text')
  jws: string;

  @MillisecondsColumn()
  receivedAt: number;
}

export type SentState = 'queued' | 'accepted' | 'refused' | 'expired';

/** An envelope of this company's own. It is signed once: whenever it is sent again, it is the same bytes. */
@Entity('sent_message')
@Index(['recipient', 'inReplyTo'])
export class SentMessageEntity {
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  type: string;

  /** MSP ID. */
  @Column('text')
  recipient: string;

  @Column('text', { nullable: true })
  inReplyTo: string | null;

  @Column('text')
  jws: string;

  @Column('text')
  state: SentState;

  @MillisecondsColumn()
  expiresAt: number;
}

/** Why an envelope was refused: for the operator, never for the sender. The newest ones are kept. */
@Entity('refusal')
export class RefusalEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @MillisecondsColumn()
  at: number;

  @Column('text')
  reason: string;
}
