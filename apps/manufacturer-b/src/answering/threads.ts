import { WorkerPool } from '@tacit/company';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type * as answering from './answering.worker';

/** The thread that checks questions: its own, so that answers do not wait for keys that are being made. */
@Injectable()
export class AnsweringThreads extends WorkerPool<typeof answering> implements OnApplicationShutdown {
  constructor() {
    super(require.resolve('./answering.worker'), { threads: 1 });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
