import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was bought for a pair and what was computed from it: ciphertexts under the key holder's key, and hashes. */
@Entity('evaluation')
export class EvaluationEntity {
  @PrimaryColumn('text')
  pairId: string;

  /** The order that w was delivered for. */
  @Column('text')
  orderId: string;

  /** Enc(w_0) ‖ … ‖ Enc(w_{k−1}) as base64url, checked against the hash that the key holder recorded. */
  @Column('text')
  w: string;

  @Column('text', { nullable: true })
  zHash: string | null;

  /** rise_0 ‖ … ‖ rise_{k−1} as base64url. */
  @Column('text', { nullable: true })
  rise: string | null;
}
