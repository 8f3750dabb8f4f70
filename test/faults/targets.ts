import type { FabricNetwork } from '../../fabric-network';
import type { Broker } from '../../fabric-network/broker';
import { A, B, S, type TestNetwork } from '../support';
import type { Probes } from './probes';

/** A process that can be killed. */
export interface Target {
  readonly name: string;
  /** Processes of one kind share a line of the report. */
  readonly kind: 'peer' | 'orderer' | 'chaincode' | 'nats' | 'app';
  kill(): Promise<void>;
  /** Starts it again. */
  restart(): Promise<void>;
  /** Fails until it serves its purpose again. */
  requireService(): Promise<void>;
}

/** What a network consists of, beside the test itself. */
export function targetsOf(
  { network, surroundings: { fabric, broker } }: TestNetwork,
  probes: Probes,
): Target[] {
  if (fabric === undefined || broker === undefined) throw new Error('this suite is for Fabric and NATS');
  return [
    ...fabricTargets(fabric, probes),
    natsTarget(broker, probes),
    ...network.companies.map(({ options: { company } }): Target => {
      const process = network.company(company);
      return {
        name: company,
        kind: 'app',
        kill: () => process.kill('SIGKILL'),
        // Resolves when the company is ready.
        restart: () => network.restart(company),
        requireService: async () => {
          await network.client(company).get('/health');
        },
      };
    }),
  ];
}

function fabricTargets(fabric: FabricNetwork, probes: Probes): Target[] {
  const node = (name: string): Pick<Target, 'name' | 'kill' | 'restart'> => ({
    name,
    kill: () => fabric.kill(name),
    restart: () => fabric.restart(name),
  });
  const submits = (company: string, channel: string): Pick<Target, 'requireService'> => ({
    requireService: () => probes.submission(company, channel),
  });
  const answers = (company: string, channel: string): Pick<Target, 'requireService'> => ({
    requireService: async () => {
      await probes.query(company, channel);
    },
  });
  return [
    { ...node('orderer'), kind: 'orderer', ...submits(S, 'sales') },
    { ...node('peer-a'), kind: 'peer', ...submits(A, 'quality') },
    { ...node('peer-b'), kind: 'peer', ...submits(B, 'quality') },
    { ...node('peer-s'), kind: 'peer', ...submits(S, 'xor') },
    { ...node('chaincode-a'), kind: 'chaincode', ...answers(A, 'quality') },
    { ...node('chaincode-b'), kind: 'chaincode', ...answers(B, 'quality') },
    { ...node('chaincode-s'), kind: 'chaincode', ...answers(S, 'sales') },
  ];
}

function natsTarget(broker: Broker, probes: Probes): Target {
  return {
    name: 'nats',
    kind: 'nats',
    kill: () => broker.kill(),
    restart: () => broker.restart(),
    requireService: () => probes.message(),
  };
}
