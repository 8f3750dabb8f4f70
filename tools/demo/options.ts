import { parseArgs } from 'node:util';
import { LEDGERS, MESSAGINGS, type LedgerName, type MessagingName } from '../surroundings';
import { UsageError } from '../tool';
import { PUBLISHED_SERIES } from './published-case';

export interface DemoOptions {
  /** End with status 0 after the table, on fresh state. */
  readonly once: boolean;
  /** One JSON object on standard output; everything else goes to standard error. */
  readonly json: boolean;
  readonly profile: Profile;
  /** B's readings by month, at least two. */
  readonly series: readonly string[];
  readonly ports: 'usual' | 'free';
  readonly ledger: LedgerName;
  readonly messaging: MessagingName;
  /** false: B receives requests and answers none. */
  readonly answering: boolean;
}

export const PROFILES = ['paillier-6144', 'paillier-3072'] as const;
export type Profile = (typeof PROFILES)[number];

export const USAGE = `npm run demo -- [options]

  --once              end after the table, on fresh state that is removed again
  --json              the table as one JSON object on standard output
  --profile <name>    paillier-6144 (the paper's size, default) or paillier-3072
  --series <values>   B's moisture by month in g/cm², as in 0.45,0.41,0.76,1.32 (default)
  --ledger <name>     dev (the ledger of this machine, default) or fabric (real Hyperledger Fabric, started if down)
  --messaging <name>  tcp (default) or nats (a nats-server of its own)
  --ports auto        any free ports instead of 3001 to 3003 and 4001 to 4003
`;

const MOST_READINGS = 60;
const READING = /^(0|[1-9][0-9]{0,6})(\.[0-9]{1,2})?$/;

/** @throws UsageError */
export function parseDemoOptions(args: readonly string[]): DemoOptions {
  const values = parse(args);
  requireOneOf('--ledger', values.ledger, LEDGERS);
  requireOneOf('--messaging', values.messaging, MESSAGINGS);
  requireOneOf('--ports', values.ports, ['usual', 'auto']);
  requireOneOf('--profile', values.profile, PROFILES);
  return {
    once: values.once,
    json: values.json,
    profile: values.profile,
    series: parseSeries(values.series),
    ports: values.ports === 'auto' ? 'free' : 'usual',
    ledger: values.ledger,
    messaging: values.messaging,
    answering: !values['without-answering'],
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        profile: { type: 'string', default: 'paillier-6144' },
        series: { type: 'string', default: PUBLISHED_SERIES.join(',') },
        ledger: { type: 'string', default: 'dev' },
        messaging: { type: 'string', default: 'tcp' },
        ports: { type: 'string', default: 'usual' },
        // For tests: shows that the table comes from B's answers and from nowhere else.
        'without-answering': { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function requireOneOf<T extends string>(
  option: string,
  value: string,
  allowed: readonly T[],
): asserts value is T {
  if ((allowed as readonly string[]).includes(value)) return;
  throw new UsageError(`${option} ${value} is not there; there is ${allowed.join(' and ')}`);
}

function parseSeries(text: string): string[] {
  const series = text.split(',').map((value) => value.trim());
  const wrong = series.find((value) => !READING.test(value));
  if (wrong !== undefined) {
    throw new UsageError(
      `--series: "${wrong}" is not a value in g/cm² with at most two decimals, as in 0.45`,
    );
  }
  if (series.length < 2 || series.length > MOST_READINGS) {
    throw new UsageError(`--series takes 2 to ${MOST_READINGS} monthly values`);
  }
  return series;
}
