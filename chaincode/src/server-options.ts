import * as fs from 'node:fs';
import type { ChaincodeServerOpts } from 'fabric-shim';

/** A proposal's transient data comes along with it: 4 MiB, grpc-js's own limit, is not a limit of ours. */
const LARGEST_MESSAGE = 16 << 20;

/** A chaincode process that cannot start as its environment says. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * Reads what Fabric's own chaincode server reads:
 *
 *     CHAINCODE_ID                       the package ID that `peer lifecycle chaincode install` printed
 *     CHAINCODE_SERVER_ADDRESS           host:port on which the peer reaches this process
 *     CHAINCODE_TLS_KEY_FILE             with the next one: PEM files that turn TLS on
 *     CHAINCODE_TLS_CERT_FILE
 *     CHAINCODE_TLS_CLIENT_CACERT_FILE   the peer must show a certificate that this one issued
 *
 * @throws EnvironmentError which names the variable
 */
export function serverOptions(env: NodeJS.ProcessEnv): Omit<ChaincodeServerOpts, 'tlsProps'> & {
  readonly tlsProps?: { key: Buffer; cert: Buffer; clientCACerts?: Buffer };
} {
  const required = (name: string): string => {
    const value = env[name];
    if (!value) throw new EnvironmentError(`${name} is not set`);
    return value;
  };
  const file = (name: string): Buffer => {
    try {
      return fs.readFileSync(required(name));
    } catch (cause) {
      if (cause instanceof EnvironmentError) throw cause;
      throw new EnvironmentError(`${name} names a file that cannot be read`, { cause });
    }
  };
  const options = {
    ccid: required('CHAINCODE_ID'),
    address: required('CHAINCODE_SERVER_ADDRESS'),
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
  };
  if (!env['CHAINCODE_TLS_KEY_FILE'] && !env['CHAINCODE_TLS_CERT_FILE']) return options;
  const tlsProps = { key: file('CHAINCODE_TLS_KEY_FILE'), cert: file('CHAINCODE_TLS_CERT_FILE') };
  if (!env['CHAINCODE_TLS_CLIENT_CACERT_FILE']) return { ...options, tlsProps };
  return { ...options, tlsProps: { ...tlsProps, clientCACerts: file('CHAINCODE_TLS_CLIENT_CACERT_FILE') } };
}
