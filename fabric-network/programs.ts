import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { FabricNetworkError } from './error';

/** Programs of a Fabric 3 release. */
export const FABRIC_PROGRAMS = ['peer', 'orderer', 'osnadmin', 'configtxgen', 'cryptogen'] as const;
export type FabricProgram = (typeof FABRIC_PROGRAMS)[number];

export type Environment = Readonly<Record<string, string | undefined>>;

const COMMAND_TIMEOUT_MS = 60_000;
const OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;
const LAST_LINES = 6;

const HOW_TO_INSTALL =
  'Unpack the release archive of Hyperledger Fabric 3.1 for your platform ' +
  '(https://github.com/hyperledger/fabric/releases) and put its bin folder on PATH, or name the folder in FABRIC_BIN.';

/**
 * The program's file, from the folder FABRIC_BIN if that is set, else from PATH.
 * @throws FabricNetworkError missing-program
 */
export function findProgram(program: FabricProgram, env: Environment = process.env): string {
  const folder = env['FABRIC_BIN'];
  const folders =
    folder === undefined || folder === '' ? (env['PATH'] ?? '').split(path.delimiter) : [folder];
  const file = folders
    .filter((candidate) => candidate !== '')
    .map((candidate) => path.resolve(candidate, program))
    .find(isExecutable);
  if (file !== undefined) return file;
  const where = folder === undefined || folder === '' ? 'on PATH' : `in FABRIC_BIN (${folder})`;
  throw new FabricNetworkError('missing-program', `${program} is not ${where}. ${HOW_TO_INSTALL}`);
}

/** The Fabric programs that this machine lacks. */
export function missingPrograms(env: Environment = process.env): FabricProgram[] {
  return FABRIC_PROGRAMS.filter((program) => {
    try {
      findProgram(program, env);
      return false;
    } catch {
      return true;
    }
  });
}

/** @throws FabricNetworkError missing-program, or old-program below Fabric 3 */
export async function requirePrograms(): Promise<void> {
  for (const program of FABRIC_PROGRAMS) findProgram(program);
  const { stdout } = await runProgram('peer', ['version']);
  const version = /Version: *v?(\S+)/.exec(stdout)?.[1];
  // A program that was built from source may not know its version: it is given the benefit of the doubt.
  const major = Number(/^\d+/.exec(version ?? '')?.[0] ?? 3);
  if (major >= 3) return;
  throw new FabricNetworkError(
    'old-program',
    `peer is of version ${version ?? ''}, and the network needs Fabric 3. ${HOW_TO_INSTALL}`,
  );
}

/** This process's environment without what a terminal may hold for another Fabric network. */
export function fabricEnvironment(env: Environment = process.env): Environment {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^(CORE|ORDERER|CHAINCODE|FABRIC_CFG|OSN)_/.test(name)),
  );
}

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end.
 * @throws FabricNetworkError command-failed, with the last lines that the program wrote
 */
export function runProgram(
  program: FabricProgram,
  args: readonly string[],
  env: Environment = {},
): Promise<Output> {
  const file = findProgram(program);
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      {
        env: { ...fabricEnvironment(), FABRIC_LOGGING_SPEC: 'warn', ...env },
        timeout: COMMAND_TIMEOUT_MS,
        maxBuffer: OUTPUT_LIMIT_BYTES,
      },
      (error, stdout, stderr) => {
        if (error === null) resolve({ stdout, stderr });
        else reject(commandFailed(program, args, error, `${stdout}\n${stderr}`));
      },
    );
  });
}

function commandFailed(
  program: string,
  args: readonly string[],
  error: { readonly killed?: boolean | undefined },
  output: string,
): FabricNetworkError {
  const why = error.killed === true ? `did not end within ${COMMAND_TIMEOUT_MS / 1000} s` : 'failed';
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES)
    .map((line) => `  ${line.slice(0, 600)}`);
  return new FabricNetworkError(
    'command-failed',
    [`${program} ${args.slice(0, 3).join(' ')} ${why}:`, ...lines].join('\n'),
  );
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
