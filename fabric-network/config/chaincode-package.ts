import { createHash } from 'node:crypto';
import { tarGz } from './tar';

/** How a peer reaches its company's chaincode: both show certificates of the company. */
export interface ChaincodeConnection {
  readonly address: string;
  /** PEM of the CA of the chaincode's certificate. */
  readonly rootCert: string;
  /** PEM of what the peer shows. */
  readonly clientCert: string;
  readonly clientKey: string;
}

export interface ChaincodePackage {
  readonly archive: Buffer;
  /** Fabric's name of the package: the label and the archive's hash. */
  readonly id: string;
}

/** A package for the `ccaas` builder. It holds no program, only where the company's chaincode listens. */
export function chaincodePackage(
  label: string,
  { address, rootCert, clientCert, clientKey }: ChaincodeConnection,
): ChaincodePackage {
  const connection = {
    address,
    dial_timeout: '10s',
    tls_required: true,
    client_auth_required: true,
    root_cert: rootCert,
    client_cert: clientCert,
    client_key: clientKey,
  };
  const archive = tarGz([
    { name: 'metadata.json', content: json({ type: 'ccaas', label }) },
    { name: 'code.tar.gz', content: tarGz([{ name: 'connection.json', content: json(connection) }]) },
  ]);
  return { archive, id: `${label}:${createHash('sha256').update(archive).digest('hex')}` };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
