import type { Type } from '@nestjs/common';
import { NestFactory, Reflector } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DEV_LEDGER_NOTICE } from '@tacit/ledger';
import { natsServerOptions, tcpServerOptions } from '@tacit/messaging';
import type { z } from 'zod';
import { openCompany, type Company, type CompanyParts } from './company';
import { CompanyModule } from './company.module';
import { readConfig, type CompanyConfig } from './config';
import { bodyParsers } from './http/body';
import { IdempotencyInterceptor } from './http/idempotency.interceptor';
import { answerMalformedHttp } from './http/malformed-http';
import { serveDocumentation } from './http/openapi';
import { ProblemFilter } from './http/problem.filter';
import { requestContext } from './http/request-context';
import { refuseForeignPages, RoleGuard } from './http/roles';
import { StrictValidationPipe } from './http/validation';
import { checkFaults } from './operations/faults';
import { NestLog } from './operations/nest-log';

export interface ApplicationOptions<Settings = unknown> extends CompanyParts {
  /** Title and description of the API documentation. */
  readonly title: string;
  readonly description: string;
  /** What `settings` of the configuration must look like. */
  readonly settings?: z.ZodType<Settings>;
  /** Paths that take JSON or CSV up to 20 MiB. */
  readonly importPaths?: readonly string[];
}

export interface RunningCompany {
  readonly company: Company;
  readonly app: NestExpressApplication;
  readonly url: string;
  /** Stops gracefully: work under way goes back to the queue and is done at the next start. */
  close(): Promise<void>;
}

/** Starts a company's application in this process and resolves when it takes requests. */
export async function startCompany(
  application: Type,
  options: ApplicationOptions,
  config: CompanyConfig,
): Promise<RunningCompany> {
  const company = await openCompany(config, options);
  let app: NestExpressApplication | undefined;
  try {
    app = await createApplication(company, application, options);
    await app.init();
    checkFaults();
    await company.start();
    await app.startAllMicroservices();
    await app.listen(config.httpPort, config.host);
  } catch (error) {
    await company.stop();
    await app?.close();
    await company.close();
    throw error;
  }
  const running = app;
  return {
    company,
    app,
    url: `http://${config.host}:${config.httpPort}`,
    close: async () => {
      await company.stop();
      await running.close();
      await company.close();
    },
  };
}

/**
 * The whole of an application's `main.ts`: reads the configuration, starts the company, says so in one line of JSON
 * on standard output, and stops gracefully when the operating system asks.
 */
export async function bootstrapCompany<Settings>(
  application: Type,
  options: ApplicationOptions<Settings>,
): Promise<void> {
  try {
    const config = readConfig(process.env, options.settings);
    if (config.ledger.driver === 'dev') process.stderr.write(`${DEV_LEDGER_NOTICE}\n`);
    const running = await startCompany(application, options, config);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        void stop(running);
      });
    }
    process.stdout.write(`${JSON.stringify({ ready: true, company: config.company, url: running.url })}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? explain(error) : String(error)}\n`);
    process.exit(1);
  }
}

async function stop(running: RunningCompany): Promise<void> {
  try {
    await running.close();
    process.exit(0);
  } catch (error) {
    running.company.log.error({ err: error }, 'the company did not stop cleanly');
    process.exit(1);
  }
}

/** What a person at a terminal needs: the message of a known mistake, the stack of an unknown one. */
function explain(error: Error): string {
  return 'code' in error ? `${error.name}: ${error.message}` : (error.stack ?? error.message);
}

/** The HTTP and messaging sides of an opened company; they take nothing before `init` and `listen`. */
export async function createApplication(
  company: Company,
  application: Type,
  options: ApplicationOptions,
): Promise<NestExpressApplication> {
  const { config, database, log, metrics } = company;
  const app = await NestFactory.create<NestExpressApplication>(CompanyModule.forRoot(company, application), {
    bodyParser: false,
    forceCloseConnections: true,
    abortOnError: false,
    logger: new NestLog(log),
  });
  app.disable('x-powered-by');
  answerMalformedHttp(app.getHttpServer());
  app.use(requestContext(log, metrics), refuseForeignPages, ...bodyParsers(options.importPaths ?? []));
  app.useGlobalFilters(new ProblemFilter(log));
  app.useGlobalGuards(new RoleGuard(app.get(Reflector)));
  app.useGlobalPipes(new StrictValidationPipe());
  app.useGlobalInterceptors(new IdempotencyInterceptor(database, company.atRest));
  serveDocumentation(app, options.title, options.description);
  app.connectMicroservice<MicroserviceOptions>(inboxOptions(config));
  return app;
}

/** What listens at the company's own inbox. */
function inboxOptions({ company, messagingUrl, nats }: CompanyConfig): MicroserviceOptions {
  const { protocol, hostname, port } = new URL(messagingUrl);
  // The configuration has servers when the inbox is on NATS.
  return protocol === 'nats:' && nats
    ? natsServerOptions(nats, company)
    : tcpServerOptions(hostname, Number(port));
}
