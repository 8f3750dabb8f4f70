import * as fs from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../../tools/paths';
import { chaincodeEnvironment } from '../config/chaincode-environment';
import { FabricNetworkError } from '../error';
import { packageId } from '../material';
import { findProgram } from '../programs';
import { chaincodeAddress, configDir, ordererAddress, peerAddress, type Site } from '../site';
import { chaincodeNode, ORDERER_NODE, peerNode, type Member, type Orderer } from '../topology';
import { NodeProcess, type NodeCommand } from './node-process';

/** The chaincode that every company runs. */
export interface ChaincodeProgram {
  /** A JavaScript file that serves as Fabric's chaincode server does. */
  readonly entry: string;
  /** Added to its environment. */
  readonly env: Readonly<Record<string, string>>;
}

export const TACIT_CHAINCODE: ChaincodeProgram = {
  entry: path.join(projectRoot, 'dist', 'chaincode', 'src', 'main.js'),
  env: {},
};

/** Names the content of everything that is compiled. */
const BUILD_STAMP = path.join(projectRoot, 'dist', '.stamp');

/** The processes of a network: the orderer, and for each member its peer and its chaincode. */
export function nodesOf(site: Site, chaincode: ChaincodeProgram): readonly NodeProcess[] {
  const { members } = site.topology;
  return [
    ordererProcess(site),
    ...members.map((member) => peerProcess(site, member)),
    ...members.map((member) => chaincodeProcess(site, member, chaincode)),
  ];
}

function ordererProcess(site: Site): NodeProcess {
  const { ports } = site.topology.orderer;
  return new NodeProcess({
    name: ORDERER_NODE,
    kind: 'orderer',
    address: ordererAddress(site),
    dir: site.materialDir,
    ports: [
      { use: 'ordering', port: ports.listen },
      { use: 'administration', port: ports.admin },
      { use: 'health', port: ports.operations },
    ],
    command: () => fabricNode(site, site.topology.orderer, 'orderer', []),
  });
}

function peerProcess(site: Site, member: Member): NodeProcess {
  const name = peerNode(member);
  return new NodeProcess({
    name,
    kind: 'peer',
    address: peerAddress(site, member),
    dir: site.materialDir,
    ports: [
      { use: 'clients and peers', port: member.ports.peer },
      { use: 'health', port: member.ports.operations },
    ],
    command: () => fabricNode(site, member, 'peer', ['node', 'start'], proxyEnvironment(site, member)),
  });
}

function chaincodeProcess(site: Site, member: Member, chaincode: ChaincodeProgram): NodeProcess {
  return new NodeProcess({
    name: chaincodeNode(member),
    kind: 'chaincode',
    address: chaincodeAddress(site, member),
    dir: site.materialDir,
    ports: [{ use: 'the peer', port: member.ports.chaincode }],
    command: () => {
      if (!fs.existsSync(chaincode.entry)) {
        throw new FabricNetworkError(
          'missing-program',
          `the chaincode ${chaincode.entry} is not there: npm run build`,
        );
      }
      return {
        file: process.execPath,
        args: ['--enable-source-maps', chaincode.entry],
        env: {
          ...chaincode.env,
          ...chaincodeEnvironment(site, member),
          CHAINCODE_ID: packageId(site, member),
        },
        build: fs.existsSync(BUILD_STAMP) ? fs.readFileSync(BUILD_STAMP, 'utf8') : '',
      };
    },
  });
}

function fabricNode(
  site: Site,
  owner: Member | Orderer,
  program: 'orderer' | 'peer',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): NodeCommand {
  return { file: findProgram(program), args, env: { FABRIC_CFG_PATH: configDir(site, owner), ...env } };
}

/** The orderer and the chaincode stay on `localhost`, for which no proxy is taken. */
function proxyEnvironment({ peerProxies }: Site, { mspId }: Member): Readonly<Record<string, string>> {
  const proxy = peerProxies?.[mspId];
  return proxy === undefined ? {} : { HTTPS_PROXY: proxy, NO_PROXY: '' };
}
