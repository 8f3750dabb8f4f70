import { cpus, release, totalmem } from 'node:os';
import type { ProfileTimes } from './profile';

export interface Row {
  readonly operation: string;
  readonly milliseconds: number;
  readonly perSecond: number;
  /** How many times faster than encrypting a pair by the textbook; null where that says nothing. */
  readonly timesTextbook: number | null;
}

export interface Target {
  readonly target: string;
  readonly required: number;
  readonly measured: number;
  readonly reached: boolean;
}

export interface ProfileReport {
  readonly profile: string;
  readonly rows: readonly Row[];
  readonly targets: readonly Target[];
}

/** The speeds to reach are stated for keys of the paper's size. */
const TARGET_PROFILE = 'paillier-6144';

/** What the figures were taken on. */
export function machine(): Record<string, string | number> {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${process.arch}`,
    node: process.versions.node,
    openssl: process.versions.openssl,
  };
}

export function profileReport(profile: string, times: ProfileTimes): ProfileReport {
  const row = (operation: string, milliseconds: number, compared = true): Row => ({
    operation,
    milliseconds: rounded(milliseconds),
    perSecond: rounded(1000 / milliseconds),
    timesTextbook: compared ? rounded(times.textbookPair / milliseconds) : null,
  });
  const rows = [
    row('textbook: one r^n mod n²', times.textbookCiphertext, false),
    row('textbook: a pair, 96 × r^n mod n²', times.textbookPair),
    row('publish a pair, pool filled (online)', times.online),
    row('fill the pool, uniform (offline)', times.offlineUniform),
    row('offline + online, uniform', times.offlineUniform + times.online),
    row('fill the pool, short exponents (offline)', times.offlineShortExponent),
    row('offline + online, short exponents', times.offlineShortExponent + times.online),
    row('evaluate a pair (A)', times.evaluate),
    row('answer a pair (B)', times.answer),
    row('whole comparison: online, evaluate, answer', times.online + times.evaluate + times.answer),
    row('key generation, uniform', times.keyUniform, false),
    row('key generation, short exponents', times.keyShortExponent, false),
  ];
  const target = (name: string, milliseconds: number, required: number): Target => {
    const measured = rounded(times.textbookPair / milliseconds);
    return { target: name, required, measured, reached: measured >= required };
  };
  const targets = [
    target('online', times.online, 500),
    target('offline + online, uniform', times.offlineUniform + times.online, 12),
    target('offline + online, short exponents', times.offlineShortExponent + times.online, 100),
    target('evaluate', times.evaluate, 100),
  ];
  return { profile, rows, targets: profile === TARGET_PROFILE ? targets : [] };
}

/** The report as lines for people. */
export function table({ profile, rows, targets }: ProfileReport): string[] {
  const line = (cells: readonly string[]): string => {
    const [name = '', ...figures] = cells;
    return `  ${name.padEnd(44)}${figures.map((figure) => figure.padStart(13)).join('')}`;
  };
  return [
    `${profile}, a pair of 32-bit readings is 96 ciphertexts`,
    line(['', 'time', 'per second', '× textbook']),
    ...rows.map(({ operation, milliseconds, perSecond, timesTextbook }) =>
      line([
        operation,
        duration(milliseconds),
        figure(perSecond),
        timesTextbook ? figure(timesTextbook) : '',
      ]),
    ),
    ...targets.map(
      ({ target, required, measured, reached }) =>
        `  ${reached ? 'reached' : 'MISSED '}  ${target}: ${figure(measured)} times textbook, at least ${required} wanted`,
    ),
  ];
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function duration(milliseconds: number): string {
  return milliseconds >= 1000 ? `${figure(milliseconds / 1000)} s` : `${figure(milliseconds)} ms`;
}

/** Three significant digits, without an exponent. */
function figure(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
