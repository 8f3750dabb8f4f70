import type { EntityClass } from '@tacit/company';
import { AgreementEntity } from './agreement.entity';
import { AnswerEntity } from './answer.entity';
import { BudgetEntity } from './budget.entity';
import { PairEntity } from './pair.entity';
import { ReadingEntity } from './reading.entity';
import { RequestEntity } from './request.entity';
import { StockedKeyEntity } from './stocked-key.entity';

/** Every table of this application. */
export const ENTITIES: readonly EntityClass[] = [
  AgreementEntity,
  AnswerEntity,
  BudgetEntity,
  PairEntity,
  ReadingEntity,
  RequestEntity,
  StockedKeyEntity,
];
