import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What IT watches. Labels are kinds and codes from closed sets: never an identifier, a company's value or a path. */
export class Metrics {
  readonly registry = new Registry();

  readonly httpSeconds = new Histogram({
    name: 'tacit_http_request_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [this.registry],
  });

  readonly jobAttempts = new Counter({
    name: 'tacit_job_attempts_total',
    help: 'Attempts of jobs by their outcome: done, waiting, failed, dead',
    labelNames: ['kind', 'outcome'],
    registers: [this.registry],
  });

  readonly jobs = new Gauge({
    name: 'tacit_jobs',
    help: 'Jobs that are not done',
    labelNames: ['kind', 'state'],
    registers: [this.registry],
  });

  readonly messages = new Counter({
    name: 'tacit_messages_total',
    help: 'Envelopes by direction (sent, received), type and outcome',
    labelNames: ['direction', 'type', 'outcome'],
    registers: [this.registry],
  });

  readonly refusals = new Counter({
    name: 'tacit_refusals_total',
    help: 'Refused envelopes by reason; the sender is told none',
    labelNames: ['reason'],
    registers: [this.registry],
  });

  readonly batches = new Counter({
    name: 'tacit_batches_total',
    help: 'Batches by kind and outcome: taken, repeated, refused, retried',
    labelNames: ['kind', 'outcome'],
    registers: [this.registry],
  });

  readonly events = new Counter({
    name: 'tacit_ledger_events_total',
    help: 'Ledger events that were applied',
    labelNames: ['name'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
