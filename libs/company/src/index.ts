export * from './batch';
export { bootstrapCompany, startCompany, type ApplicationOptions, type RunningCompany } from './bootstrap';
export { type Company, type CompanyParts } from './company';
export * from './config';
export * from './database';
export { ApiPage, PageQuery, readCursor, toPage, type CursorPart, type Page } from './http/paging';
export { ProblemDetails, ProblemException, type FieldError, type ProblemOptions } from './http/problem';
export { PROBLEMS, type ProblemCode } from './http/problem-codes';
export { Roles, type Role } from './http/roles';
export { IsOmittable, StrictValidationPipe, validationProblem } from './http/validation';
export { AtRest, AtRestError } from './identity/at-rest';
export * from './jobs';
export { LedgerEvents, type EventHandler } from './ledger/ledger-events';
export { Membership } from './ledger/membership';
export { openLedger, type LedgerAccess } from './ledger/open-ledger';
export { Inbox, REFUSAL_DELAY, type InboxOptions, type ReceivedMessage } from './messaging/inbox';
export {
  Mailer,
  newMessageId,
  type AcceptedHook,
  type FailureHook,
  type OutgoingMessage,
} from './messaging/mailer';
export { senderCheck, SenderError, SenderUnverifiableError } from './messaging/sender-check';
export { fault, registerFault } from './operations/faults';
export type { Log } from './operations/logging';
export { Metrics } from './operations/metrics';
export { Waits, type WaitSource } from './operations/waits';
export { WorkerPool, type WorkerPoolOptions } from './operations/worker-pool';
export { Partners, type Partner } from './partners/partners';
export { COMPANY_CONFIG, IDENTITY, LEDGER, LOG } from './tokens';
