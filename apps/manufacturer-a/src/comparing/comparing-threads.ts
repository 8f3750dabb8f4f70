import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WorkerPool } from '@tacit/company';
import type * as comparing from './comparing.worker';

/** One pair is checked or evaluated while another waits for the ledger; more threads would only take turns. */
const THREADS = 2;
/** Milliseconds. A thread begins with half a second of preparing to check keys, so it is kept between two pairs. */
const IDLE_TIMEOUT = 60_000;

/** The threads in which this application calculates. */
@Injectable()
export class ComparingThreads extends WorkerPool<typeof comparing> implements OnApplicationShutdown {
  constructor() {
    super(require.resolve('./comparing.worker'), { threads: THREADS, idleTimeout: IDLE_TIMEOUT });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
