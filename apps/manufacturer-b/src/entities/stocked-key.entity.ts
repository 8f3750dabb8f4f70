import type { NonceMethod } from '@tacit/paillier';
import { JsonColumn, MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * `stocked`: ready. `assigned`: reserved for a pair, untouched. `used`: its nonce factors may have gone into
 * ciphertexts, whether or not these were stored. `destroyed`: nothing secret is left of it.
 *
 * A key never goes back from `used`: after a crash nobody knows what it has encrypted.
 */
export type StockedKeyState = 'stocked' | 'assigned' | 'used' | 'destroyed';

/** A key pair with the 3k nonce factors of the one pair that it will encrypt. */
@Entity('stocked_key')
@Index(['state', 'profile', 'bits'])
export class StockedKeyEntity {
  @PrimaryColumn('text')
  keyId: string;

  @Column('text')
  profile: string;

  /** k; there are 3k nonce factors. */
  @Column('integer')
  bits: number;

  @Column('text')
  method: NonceMethod;

  @Column('text')
  state: StockedKeyState;

  /** n, base64url. Kept for ever: no later key may share a factor with it. */
  @Column('text')
  publicKey: string;

  /** That the key is sound, base64url; published with the pair. null for keys of versions that had no proofs. */
  @Column('text', { nullable: true, select: false })
  keyProof: string | null;

  /** p ‖ q under the at-rest key; null once destroyed. */
  @Column('text', { nullable: true, select: false })
  secretKey: string | null;

  /**
   * The nonce factors in the parts in which they were made, each under the at-rest key; null from the transaction on
   * that stores what they encrypted.
   */
  @JsonColumn({ nullable: true, select: false })
  nonceFactors: readonly string[] | null;

  @Index()
  @Column('text', { nullable: true })
  pairId: string | null;

  @MillisecondsColumn()
  stockedAt: number;

  @MillisecondsColumn({ nullable: true })
  usedAt: number | null;

  @MillisecondsColumn({ nullable: true })
  destroyedAt: number | null;
}
