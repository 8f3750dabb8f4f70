import * as path from 'node:path';
import { memberMaterial, type Site } from '../site';
import type { Member } from '../topology';

/**
 * What Fabric's chaincode server for Node reads, apart from the package's ID in CHAINCODE_ID. Only who shows one of
 * the company's own certificates may call it.
 */
export function chaincodeEnvironment(site: Site, member: Member): Readonly<Record<string, string>> {
  const { tls } = memberMaterial(site, member, 'chaincode');
  return {
    CHAINCODE_SERVER_ADDRESS: `${site.bind}:${member.ports.chaincode}`,
    CHAINCODE_TLS_KEY_FILE: path.join(tls, 'server.key'),
    CHAINCODE_TLS_CERT_FILE: path.join(tls, 'server.crt'),
    CHAINCODE_TLS_CLIENT_CACERT_FILE: path.join(tls, 'ca.crt'),
  };
}
