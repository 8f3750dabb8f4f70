import { COMPANY_CONFIG, WorkerPool, type CompanyConfig } from '@tacit/company';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Settings } from '../settings';
import type * as encryption from './encryption.worker';
import type * as keyMaking from './key-making.worker';

/** The threads that make keys; they are busy for seconds at a time. */
@Injectable()
export class KeyMakingThreads extends WorkerPool<typeof keyMaking> {
  constructor(@Inject(COMPANY_CONFIG) { settings }: CompanyConfig<Settings>) {
    super(require.resolve('./key-making.worker'), { threads: settings.keyThreads });
  }
}

/** The thread that encrypts pairs with keys that are there; it does not queue behind those. */
@Injectable()
export class EncryptionThreads extends WorkerPool<typeof encryption> implements OnApplicationShutdown {
  constructor() {
    super(require.resolve('./encryption.worker'), { threads: 1 });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.close();
  }
}
