import { MillisecondsColumn } from '@tacit/company';
import type { Measure } from '@tacit/comparison';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * What the checks of a published pair found: ciphertexts that are none, a key that is not proven to be sound, or a key
 * with a factor of another key.
 */
export type PairFlaw = 'bad-record' | 'unproven-key' | 'weak-key';

/**
 * A pair that a key holder published for this company, and what its checks found. The ciphertexts stay on the
 * ledger; `recordHash` says whether they are still the ones that were checked.
 */
@Entity('pair')
@Index(['publishedAt', 'pairId'])
@Index(['keyHolder', 'quantity', 'takenAtX'])
export class PairEntity {
  @PrimaryColumn('text')
  pairId: string;

  /** The version of the agreement that the pair belongs to; `AgreementEntity`. */
  @Column('text')
  agreementHash: string;

  @Index()
  @Column('text')
  agreementId: string;

  /** The channel that it is recorded on. */
  @Column('text')
  channel: string;

  /** MSP IDs. */
  @Column('text')
  keyHolder: string;

  @Column('text')
  servicer: string;

  @Column('text')
  quantity: string;

  @Column('text')
  measure: Measure;

  @Column('text')
  profile: string;

  /** k */
  @Column('integer')
  bits: number;

  /** Sequence numbers of the readings: y = x + 1. */
  @Column('integer')
  sequenceX: number;

  @Column('integer')
  sequenceY: number;

  @MillisecondsColumn()
  takenAtX: number;

  @MillisecondsColumn()
  takenAtY: number;

  @Column('text')
  lotRefX: string;

  @Column('text')
  lotRefY: string;

  /** The pair that this one corrects. */
  @Index()
  @Column('text', { nullable: true })
  supersedes: string | null;

  /** The pair that corrects this one. */
  @Column('text', { nullable: true })
  supersededBy: string | null;

  @Column('text')
  keyId: string;

  /** As recorded, base64url. */
  @Column('text', { select: false })
  publicKey: string;

  /** Of Enc(w), which the servicer sells. */
  @Column('text')
  wHash: string;

  /** H("record", "quality", the record) as base64url. */
  @Column('text')
  recordHash: string;

  /** null for a pair that has passed its checks. */
  @Column('text', { nullable: true })
  flaw: PairFlaw | null;

  /** When the channel recorded it, by the key holder's clock. */
  @MillisecondsColumn()
  publishedAt: number;
}
