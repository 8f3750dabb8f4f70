export * from './database';
export * from './jobs';
export { fault, registerFault } from './operations/faults';
export * from './config';
export { FieldError, ProblemDetails, ProblemException, type ProblemOptions } from './http/problem';
export { PROBLEMS, type ProblemCode } from './http/problem-codes';
