// Chaincode as a service: one process per company, which its own peer calls.
import { inspect } from 'node:util';
import { createContracts } from '@tacit/contracts';
import type { ChaincodeServerOpts } from 'fabric-shim';
import { EnvironmentError, serverOptions } from './server-options';
import { TacitChaincode } from './tacit-chaincode';

/** The shim logs refusals and failures, and every call only when asked; it reads this when it is loaded. */
process.env['CORE_CHAINCODE_LOGGING_LEVEL'] ??= 'ERROR';

async function main(): Promise<void> {
  const options = serverOptions(process.env);
  const { Shim } = await import('fabric-shim');
  const chaincode = new TacitChaincode(createContracts(), (txId, error) => {
    process.stderr.write(`${txId}: ${inspect(error)}\n`);
  });
  // The shim's types want TLS; without `tlsProps` it serves without.
  await Shim.server(chaincode, options as ChaincodeServerOpts).start();
  process.stdout.write(`chaincode ${options.ccid} listens on ${options.address}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof EnvironmentError ? error.message : inspect(error)}\n`);
  process.exit(1);
});
