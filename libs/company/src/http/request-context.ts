import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Log } from '../operations/logging';
import type { Metrics } from '../operations/metrics';

const ids = new WeakMap<object, string>();

/** Finds a request in the log; also sent as `X-Request-Id`. */
export function requestIdOf(request: Request): string {
  return ids.get(request) ?? 'none';
}

/** Gives every request its id, and counts and logs it when it is done: method, route and outcome, no content. */
export function requestContext(log: Log, metrics: Metrics): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    const requestId = randomBytes(8).toString('hex');
    ids.set(request, requestId);
    response.setHeader('X-Request-Id', requestId);
    const start = process.hrtime.bigint();
    response.once('finish', () => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const { method } = request;
      const { statusCode: status } = response;
      const { path = 'unmatched' } = (request.route ?? {}) as { path?: string };
      metrics.httpSeconds.observe({ method, route: path, status }, seconds);
      log.debug({ requestId, method, route: path, status, ms: Math.round(seconds * 1000) }, 'request');
    });
    next();
  };
}
