import { AgreementEntity } from './agreement.entity';
import { AlertEntity, AlertRuleEntity } from './alert.entity';
import { ComparisonEntity, HistoryEntity } from './comparison.entity';
import { CredentialEntity } from './credential.entity';
import { EvaluationEntity } from './evaluation.entity';
import { LateAnswerEntity } from './late-answer.entity';
import { OrderEntity } from './order.entity';
import { PairEntity } from './pair.entity';
import { PriceEntity } from './price.entity';
import { SensorReadingEntity } from './sensor-reading.entity';

/** Every table of this application; the kit adds its own. */
export const ENTITIES = [
  AgreementEntity,
  AlertEntity,
  AlertRuleEntity,
  ComparisonEntity,
  CredentialEntity,
  EvaluationEntity,
  HistoryEntity,
  LateAnswerEntity,
  OrderEntity,
  PairEntity,
  PriceEntity,
  SensorReadingEntity,
];
