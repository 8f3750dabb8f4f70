import { createHash } from 'node:crypto';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { equalBytes, utf8 } from '@tacit/core';
import type { Request, Response } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { LessThan } from 'typeorm';
import type { Database } from '../database';
import type { AtRest } from '../identity/at-rest';
import { IdempotencyEntity } from './idempotency.entity';
import { ProblemException } from './problem';

/** How long an answer is kept for its key, milliseconds. */
const RETENTION = 7 * 24 * 3_600_000;

/**
 * A write with an `Idempotency-Key` takes effect once, however often it is sent: a repetition gets the first answer,
 * also after a restart; the key with another request is refused. The mark that the write took effect is in the very
 * transaction of the write, so that a crash before the answer was stored cannot lead to a second effect.
 *
 * Requests and answers hold readings and credentials, so what is kept of them is sealed at rest; the hash of a request
 * too, because a reading is easy to guess.
 */
export class IdempotencyInterceptor implements NestInterceptor {
  readonly #underWay = new Set<string>();

  constructor(
    private readonly database: Database,
    private readonly atRest: AtRest,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<Request>();
    const key = request.headers['idempotency-key'];
    if (key === undefined || !['POST', 'PUT'].includes(request.method)) return next.handle();
    return from(this.#once(key, request, context.switchToHttp().getResponse<Response>(), next));
  }

  async #once(
    key: string | string[],
    request: Request,
    response: Response,
    next: CallHandler,
  ): Promise<unknown> {
    if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
      throw new ProblemException('bad-request', {
        detail: 'an Idempotency-Key is 1 to 255 visible ASCII characters',
      });
    }
    if (this.#underWay.has(key)) {
      throw new ProblemException('conflict', {
        detail: 'the first request with this Idempotency-Key is still being worked on',
        next: 'Repeat the request a little later to get its answer.',
      });
    }
    this.#underWay.add(key);
    try {
      const earlier = await this.#begin(key, hashOf(request));
      if (earlier !== undefined) {
        response.status(earlier.status ?? response.statusCode).setHeader('Idempotency-Replayed', 'true');
        return earlier.body === null ? undefined : this.#openAnswer(key, earlier.body);
      }
      return await this.#work(key, response, next);
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** The stored answer, or undefined when the request is to be worked on. */
  async #begin(key: string, hash: Uint8Array): Promise<IdempotencyEntity | undefined> {
    return this.database.transaction(async (em) => {
      const now = Date.now();
      await em.delete(IdempotencyEntity, { createdAt: LessThan(now - RETENTION) });
      const known = await em.findOneBy(IdempotencyEntity, { key });
      if (known === null) {
        const requestHash = this.atRest.seal(requestPurpose(key), hash);
        await em.insert(IdempotencyEntity, { key, requestHash, state: 'started', createdAt: now });
        return undefined;
      }
      if (!equalBytes(this.atRest.open(requestPurpose(key), known.requestHash), hash)) {
        throw new ProblemException('idempotency-mismatch');
      }
      if (known.state === 'effective') {
        throw new ProblemException('conflict', {
          detail: 'the first request with this Idempotency-Key took effect, but its answer was lost',
          next: 'Read what it created or changed; it will not be done a second time.',
        });
      }
      return known.state === 'answered' ? known : undefined;
    });
  }

  async #work(key: string, response: Response, next: CallHandler): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await this.database.accompanied(
        async (em) => {
          await em.update(IdempotencyEntity, { key }, { state: 'effective' });
        },
        () => lastValueFrom<unknown, unknown>(next.handle(), { defaultValue: undefined }),
      );
    } catch (error) {
      // A request that changed nothing may be corrected and sent again under the same key.
      await this.database.transaction((em) => em.delete(IdempotencyEntity, { key, state: 'started' }));
      throw error;
    }
    const body =
      answer === undefined ? null : this.atRest.seal(answerPurpose(key), utf8(JSON.stringify(answer)));
    const { statusCode: status } = response;
    await this.database.transaction((em) =>
      em.update(IdempotencyEntity, { key }, { state: 'answered', status, body }),
    );
    return answer;
  }

  #openAnswer(key: string, sealed: string): unknown {
    return JSON.parse(new TextDecoder().decode(this.atRest.open(answerPurpose(key), sealed)));
  }
}

const requestPurpose = (key: string): string => `idempotent-request:${key}`;
const answerPurpose = (key: string): string => `idempotent-answer:${key}`;

/** Object members in the order in which they came: a client repeats its own bytes. */
function hashOf(request: Request): Uint8Array {
  const content = JSON.stringify([request.method, request.originalUrl, request.body ?? null]);
  return new Uint8Array(createHash('sha256').update(content).digest());
}
