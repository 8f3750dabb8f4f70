import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * How many answers about one quantity may ever be given, over all companies and versions: step sizes add up, and
 * companies that collude pool their answers.
 */
@Entity('quantity_budget')
export class BudgetEntity {
  @PrimaryColumn('text')
  quantity: string;

  /** null: limited by the agreements' own budgets only. */
  @Column('integer', { nullable: true })
  total: number | null;

  /** Answers given so far. */
  @Column('integer')
  used: number;
}
