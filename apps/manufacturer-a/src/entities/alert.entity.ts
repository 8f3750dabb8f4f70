import { MillisecondsColumn } from '@tacit/company';
import { Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { AlertDirection } from '../changes/significance';

/** From which change on this company wants to know. One rule for a quantity and a direction. */
@Entity('alert_rule')
@Unique(['quantity', 'direction'])
@Index(['createdAt', 'id'])
export class AlertRuleEntity {
  /** 128 random bits. */
  @PrimaryColumn('text')
  id: string;

  @Column('text')
  quantity: string;

  @Column('text')
  direction: AlertDirection;

  /** Decimal text in the quantity's unit, above 0. */
  @Column('text')
  limit: string;

  @MillisecondsColumn()
  createdAt: number;
}

/** An outcome that a rule was about, with the limit that it had then. */
@Entity('alert')
@Unique(['ruleId', 'comparisonId'])
export class AlertEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @Column('text')
  ruleId: string;

  @Column('text')
  comparisonId: string;

  @Column('text')
  limit: string;

  @MillisecondsColumn()
  firedAt: number;
}
