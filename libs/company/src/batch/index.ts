export { BatchEntity } from './batch.entity';
export { BatchIntake, type BatchHandler, type Verdict } from './batch-intake';
export { Batches, type BatchConnection } from './batches';
export { DeadLetters, REASON_HEADER, type DeadLetter } from './dead-letters';
export { refusalSchema, type Refusal, type RefusalCode } from './refusal';
