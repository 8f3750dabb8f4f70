import type { FabricNetwork } from '../fabric-network';
import type { PeerProxies } from '../fabric-network/site';
import type { Broker } from '../fabric-network/broker';
import type { NetworkOptions } from './network';

export const LEDGERS = ['dev', 'fabric'] as const;
export type LedgerName = (typeof LEDGERS)[number];
export const MESSAGINGS = ['tcp', 'nats'] as const;
export type MessagingName = (typeof MESSAGINGS)[number];

export interface SurroundingsOptions {
  readonly ledger: LedgerName;
  readonly messaging: MessagingName;
  /** Folders of the Fabric network and of the broker. */
  readonly fabricDir: string;
  readonly brokerDir: string;
  readonly ports: 'usual' | 'free';
  /** MSP IDs of the companies that the broker knows. */
  readonly companies: readonly string[];
  /** Proxies through which the Fabric peers reach each other; directly unless told. */
  readonly peerProxies?: PeerProxies;
  readonly onProgress?: (text: string) => void;
}

/** What companies meet on: a Fabric network, a broker, or neither. */
export class Surroundings {
  private constructor(
    readonly fabric: FabricNetwork | undefined,
    readonly broker: Broker | undefined,
  ) {}

  /** Starts what is asked for and not running yet. @throws ToolError naming what is missing */
  static async start(options: SurroundingsOptions): Promise<Surroundings> {
    const { ledger, messaging, fabricDir, brokerDir, ports, companies, peerProxies, onProgress } = options;
    // Loaded on demand: neither is needed for the dev ledger with TCP.
    const startFabric = async (): Promise<FabricNetwork> => {
      const { FabricNetwork } = await import('../fabric-network/index.js');
      return FabricNetwork.start({
        dir: fabricDir,
        ports,
        ...(peerProxies && { peerProxies }),
        ...(onProgress && { onProgress }),
      });
    };
    const startBroker = async (): Promise<Broker> => {
      const { Broker } = await import('../fabric-network/broker/index.js');
      return Broker.start({ dir: brokerDir, companies, ports });
    };
    const broker = messaging === 'nats' ? await startBroker() : undefined;
    return new Surroundings(ledger === 'fabric' ? await startFabric() : undefined, broker);
  }

  /** What a network's companies need to reach them. */
  get connections(): Pick<NetworkOptions, 'fabric' | 'broker'> {
    return { ...(this.fabric && { fabric: this.fabric }), ...(this.broker && { broker: this.broker }) };
  }

  /** Stops both; what they have stored stays. */
  async stop(): Promise<void> {
    await Promise.all([this.fabric?.stop(), this.broker?.stop()]);
  }
}
