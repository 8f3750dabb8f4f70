import {
  Catch,
  HttpException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { EncodingError } from '@tacit/core';
import { LedgerError } from '@tacit/ledger';
import type { Request, Response } from 'express';
import type { Log } from '../operations/logging';
import { PROBLEMS, type ProblemCode } from './problem-codes';
import { ProblemException, type FieldError } from './problem';
import { requestIdOf } from './request-context';
import { allowedMethods } from './routes';

const MEDIA_TYPE = 'application/problem+json';
/** An instance is shown up to this length; a longer path is hostile. */
const INSTANCE_LENGTH = 200;

/** Turns whatever ends a request into problem-details of the closed set; what is nobody's fault but ours is `internal`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const problem = toProblem(thrown, request, response);
    const requestId = requestIdOf(request);
    if (problem.getStatus() >= 500) this.log.error({ err: thrown, requestId }, 'a request failed');
    if (response.headersSent) {
      response.end();
      return;
    }
    response
      .status(problem.getStatus())
      .type(MEDIA_TYPE)
      .send(JSON.stringify(problemBody(problem, request)));
  }
}

function problemBody(problem: ProblemException, request: Request): Record<string, unknown> {
  const { code, next, errors } = problem;
  const { title, status } = PROBLEMS[code];
  return {
    type: 'about:blank',
    code,
    title,
    status,
    detail: problem.message,
    next,
    instance: request.path.slice(0, INSTANCE_LENGTH),
    requestId: requestIdOf(request),
    ...(errors && { errors }),
  };
}

function toProblem(thrown: unknown, request: Request, response: Response): ProblemException {
  if (thrown instanceof ProblemException) return thrown;
  if (thrown instanceof LedgerError) return ledgerProblem(thrown);
  if (thrown instanceof EncodingError) return new ProblemException('bad-request', { detail: thrown.message });
  if (thrown instanceof NotFoundException) return unknownRoute(request, response);
  const status = statusOf(thrown);
  const code = status === undefined ? undefined : (CODE_OF_STATUS[status] ?? codeOfClass(status));
  return new ProblemException(code ?? 'internal', { cause: thrown });
}

function ledgerProblem(error: LedgerError): ProblemException {
  if (error.transient) return new ProblemException('ledger-unavailable', { cause: error });
  if (error.code !== 'refused') return new ProblemException('internal', { cause: error });
  const errors: readonly FieldError[] = [{ path: '', message: error.contractCode ?? 'refused' }];
  return new ProblemException('ledger-refused', { detail: error.message, errors, cause: error });
}

/** Nest's router knows no 405: a path with other methods looks to it like no path at all. */
function unknownRoute(request: Request, response: Response): ProblemException {
  const methods = allowedMethods(request);
  if (methods.length === 0 || methods.includes(request.method))
    return new ProblemException('not-found', { detail: 'no such path' });
  response.setHeader('Allow', methods.join(', '));
  return new ProblemException('method-not-allowed');
}

const CODE_OF_STATUS: Readonly<Record<number, ProblemCode>> = {
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  413: 'payload-too-large',
  415: 'unsupported-media-type',
  422: 'validation-failed',
  429: 'too-many-requests',
  503: 'not-ready',
};

function codeOfClass(status: number): ProblemCode | undefined {
  return status >= 400 && status < 500 ? 'bad-request' : undefined;
}

/** The status of Nest's exceptions and of the errors of body parsers, which carry it as a property. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (!(thrown instanceof Error) || !('status' in thrown)) return undefined;
  return typeof thrown.status === 'number' ? thrown.status : undefined;
}
