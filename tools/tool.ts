/** The command line asks for something that is not there; the message says what is. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something that a person can do something about: told in words, without a stack. */
export class ToolError extends Error {
  override readonly name: string = 'ToolError';
}

/** Runs a program of this folder: errors in words on standard error, exit code 1, or 2 for a wrong command line. */
export function runTool(name: string, usage: string, main: (args: readonly string[]) => Promise<void>): void {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`\n${name}: ${describe(error, usage)}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  });
}

function describe(error: unknown, usage: string): string {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (error instanceof ToolError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
