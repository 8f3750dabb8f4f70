import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import type { Company } from './company';
import { BatchIntake } from './batch';
import { Database } from './database';
import { AtRest } from './identity/at-rest';
import { JobQueue, Submissions } from './jobs';
import { DeadLettersController } from './jobs/dead-letters.controller';
import { LedgerEvents } from './ledger/ledger-events';
import { Membership } from './ledger/membership';
import { Inbox } from './messaging/inbox';
import { InboxController } from './messaging/inbox.controller';
import { Mailer } from './messaging/mailer';
import { HealthController } from './operations/health.controller';
import { Metrics } from './operations/metrics';
import { MetricsController } from './operations/metrics.controller';
import { Waits } from './operations/waits';
import { Partners } from './partners/partners';
import { PartnersController } from './partners/partners.controller';
import { COMPANY_CONFIG, IDENTITY, LEDGER, LOG } from './tokens';

/** Hands the parts of an opened company to every module of its application. */
@Global()
@Module({})
export class CompanyModule {
  static forRoot(company: Company, application: Type): DynamicModule {
    const providers = [
      { provide: COMPANY_CONFIG, useValue: company.config },
      { provide: LEDGER, useValue: company.ledger },
      { provide: LOG, useValue: company.log },
      { provide: IDENTITY, useValue: company.identity },
      { provide: AtRest, useValue: company.atRest },
      { provide: BatchIntake, useValue: company.batches },
      { provide: Database, useValue: company.database },
      { provide: Inbox, useValue: company.inbox },
      { provide: JobQueue, useValue: company.queue },
      { provide: LedgerEvents, useValue: company.events },
      { provide: Mailer, useValue: company.mailer },
      { provide: Membership, useValue: company.membership },
      { provide: Metrics, useValue: company.metrics },
      { provide: Partners, useValue: company.partners },
      { provide: Submissions, useValue: company.submissions },
      { provide: Waits, useValue: company.waits },
    ];
    return {
      module: CompanyModule,
      imports: [application],
      controllers: [
        DeadLettersController,
        HealthController,
        InboxController,
        MetricsController,
        PartnersController,
      ],
      providers,
      exports: providers.map(({ provide }) => provide),
    };
  }
}
