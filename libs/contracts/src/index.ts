export { type AgreementRecord } from './agreements';
export * from './contract';
export { createContracts } from './create';
export { type MemberRecord } from './directory';
export * from './errors';
export { wellFormed } from './keys';
export { CLOCK_TOLERANCE } from './ledger-time';
export * from './orders';
export * from './policy';
export {
  ANSWERS,
  MAX_REQUEST_LIFETIME,
  VERDICTS,
  type BudgetState,
  type RequestRecord,
  type RequestTerms,
  type Verdict,
} from './requests';
export { credentialHash, MAX_ORDER_LIFETIME, type Amount, type PriceRecord } from './sales';
export * from './transaction';
