import { inspect } from 'node:util';
import type { Contract } from '@tacit/contracts';
import type { ChaincodeServerOpts } from 'fabric-shim';
import { EnvironmentError, serverOptions } from './server-options';
import { TacitChaincode } from './tacit-chaincode';

/** Serves contracts as chaincode until the process is told to end. An environment that does not say how ends it. */
export function serve(contracts: readonly Contract[]): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));
  start(contracts).catch((error: unknown) => {
    process.stderr.write(`${error instanceof EnvironmentError ? error.message : inspect(error)}\n`);
    process.exit(1);
  });
}

async function start(contracts: readonly Contract[]): Promise<void> {
  // The shim logs refusals and failures, and every call only when asked; it reads this when it is loaded.
  process.env['CORE_CHAINCODE_LOGGING_LEVEL'] ??= 'ERROR';
  const { Shim } = await import('fabric-shim');
  const options = serverOptions(process.env);
  const chaincode = new TacitChaincode(contracts, (txId, error) => {
    process.stderr.write(`${txId}: ${inspect(error)}\n`);
  });
  // The shim's types want TLS; without `tlsProps` it serves without.
  await Shim.server(chaincode, options as ChaincodeServerOpts).start();
  process.stdout.write(`chaincode ${options.ccid} listens on ${options.address}\n`);
}
