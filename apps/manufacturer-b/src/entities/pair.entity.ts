import type { QualityRecord, XorRecord } from '@tacit/comparison';
import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * `queued`: waits for a key. `encrypted`: both records are stored and on their way. `half-published`: one of the two
 * has landed. `failed`: never to be published; the reason says why.
 */
export type PairState = 'queued' | 'encrypted' | 'half-published' | 'published' | 'failed';

/** Two consecutive readings under one agreement, and what this company published about them. */
@Entity('pair')
@Index(['agreementHash'])
@Index(['state', 'keyId', 'profile', 'bits'])
export class PairEntity {
  /** 128 random bits. */
  @PrimaryColumn('text')
  pairId: string;

  /** The version of the agreement that the pair belongs to; `AgreementEntity`. */
  @Column('text')
  agreementHash: string;

  @Column('text')
  agreementId: string;

  @Column('text')
  quantity: string;

  /** MSP IDs: who may ask, who sells Enc(w). */
  @Column('text')
  evaluator: string;

  @Column('text')
  servicer: string;

  /** The channel that the quality record goes to. */
  @Column('text')
  qualityChannel: string;

  /** The channel that the XOR record goes to; known once the pair is encrypted. */
  @Column('text', { nullable: true })
  xorChannel: string | null;

  /** Which kind of key it needs. */
  @Column('text')
  profile: string;

  /** k */
  @Column('integer')
  bits: number;

  /** The revisions of the readings that are compared; `ReadingEntity.id`. */
  @Index()
  @Column('text')
  readingX: string;

  @Index()
  @Column('text')
  readingY: string;

  /** Sequence numbers of the readings: y = x + 1. */
  @Column('integer')
  sequenceX: number;

  @Column('integer')
  sequenceY: number;

  /** The pair that this one corrects. */
  @Column('text', { nullable: true })
  supersedes: string | null;

  @Column('text')
  state: PairState;

  /** The key that is assigned to it, from then on its key for ever; null while it waits for one. */
  @Column('text', { nullable: true })
  keyId: string | null;

  /** A word for why the pair failed. */
  @Column('text', { nullable: true })
  reason: string | null;

  /** This company's own publication: what it compares a question with, whatever the ledger says later. */
  @JsonColumn({ nullable: true, select: false })
  qualityRecord: QualityRecord | null;

  @JsonColumn({ nullable: true, select: false })
  xorRecord: XorRecord | null;

  @Column('boolean')
  onQuality: boolean;

  @Column('boolean')
  onXor: boolean;

  @MillisecondsColumn()
  createdAt: number;

  /** When both records were on their channels. */
  @MillisecondsColumn({ nullable: true })
  publishedAt: number | null;

  /** The agreement's end: nothing is published or answered after it. */
  @MillisecondsColumn()
  expiresAt: number;
}
