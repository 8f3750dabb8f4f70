import { isUtf8 } from 'node:buffer';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import express from 'express';
import { ProblemException } from './problem';

const BODY_LIMIT = 1024 * 1024;
const IMPORT_LIMIT = 20 * 1024 * 1024;
/** Deepest nesting of a JSON body. Deeper ones would exhaust the stack of whoever walks through them. */
const MAX_DEPTH = 32;

/**
 * Reads bodies: JSON up to 1 MiB everywhere; on the paths of imports JSON or CSV up to 20 MiB. Any other form is
 * refused before it is read.
 */
export function bodyParsers(importPaths: readonly string[]): readonly RequestHandler[] {
  const isImport = (request: { path?: string; url?: string }): boolean =>
    importPaths.includes((request.url ?? '').split('?', 1)[0] ?? '');
  const small = express.json({ limit: BODY_LIMIT, verify: verifyJson });
  const large = express.json({ limit: IMPORT_LIMIT, verify: verifyJson });
  const csv = express.text({ type: 'text/csv', limit: IMPORT_LIMIT, verify: verifyText });

  const refuseOthers = (request: Request, _response: Response, next: NextFunction): void => {
    const hasBody =
      'transfer-encoding' in request.headers || Number(request.headers['content-length'] ?? 0) > 0;
    const types = isImport(request) ? ['application/json', 'text/csv'] : ['application/json'];
    const refused = hasBody && request.is(types) === false;
    next(refused ? new ProblemException('unsupported-media-type') : undefined);
  };
  const parse = (request: Request, response: Response, next: NextFunction): void => {
    if (!isImport(request)) {
      small(request, response, next);
    } else if (request.is('text/csv') !== false) {
      csv(request, response, next);
    } else {
      large(request, response, next);
    }
  };
  return [refuseOthers, parse];
}

function verifyText(_request: unknown, _response: unknown, bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new ProblemException('bad-request', { detail: 'the body is not UTF-8' });
}

function verifyJson(request: unknown, response: unknown, bytes: Buffer): void {
  verifyText(request, response, bytes);
  if (depthOf(bytes) > MAX_DEPTH) {
    throw new ProblemException('bad-request', {
      detail: `the body is nested deeper than ${MAX_DEPTH} levels`,
    });
  }
}

/** Deepest nesting of brackets outside strings. */
function depthOf(json: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return deepest;
}
