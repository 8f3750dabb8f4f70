import type { LoggerService } from '@nestjs/common';
import type { Log } from './logging';

/** Nest's own messages in the company's log; what it says about starting modules is for debugging. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, context?: unknown): void {
    this.target.debug({ context }, String(message));
  }

  warn(message: unknown, context?: unknown): void {
    this.target.warn({ context }, String(message));
  }

  error(message: unknown, ...details: readonly unknown[]): void {
    const err = message instanceof Error ? { err: message } : {};
    this.target.error({ ...err, context: details.at(-1) }, String(message));
  }
}
