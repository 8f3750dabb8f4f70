import pino from 'pino';

export type Log = pino.Logger;

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

/**
 * JSON lines on standard output. What is logged are names, identifiers and reasons: never a body, a header, a reading
 * or a key. Errors are cut down to their name, code, message and stack, because a database driver's error carries
 * the values of the statement that failed.
 */
export function createLog(company: string, level: LogLevel, destination?: pino.DestinationStream): Log {
  const options: pino.LoggerOptions = {
    level,
    base: { company },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const cause = error.cause instanceof Error ? { cause: describeError(error.cause) } : {};
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { name: error.name, ...code, message: error.message, stack: error.stack, ...cause };
}
