import * as fs from 'node:fs';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, StatusCode, type Contract, type Gateway } from '@hyperledger/fabric-gateway';
import { common } from '@hyperledger/fabric-protos';
import { loadMspIdentity } from '@tacit/ledger';
import type { FabricNetwork } from '../../fabric-network';
import type { ChannelDefinition } from '../../tools/companies';

/** What was added to a channel between two looks at it. */
export interface ChannelGrowth {
  readonly channel: string;
  readonly blocks: number;
  readonly transactions: number;
  /** Of the blocks as they are stored and sent; private data is not in them. */
  readonly bytes: number;
  /** How many transactions were not valid, by Fabric's name of the reason. */
  readonly invalid: Readonly<Record<string, number>>;
}

/** Place of the transactions' validation codes among a block's metadata. */
const { TRANSACTIONS_FILTER } = common.BlockMetadataIndex;

/** Reads one channel's blocks at the peer of its first member. */
export class ChannelMeter {
  readonly #client: grpc.Client;
  readonly #gateway: Gateway;
  readonly #ledger: Contract;
  #height = 0;

  constructor(
    fabric: FabricNetwork,
    readonly channel: ChannelDefinition,
  ) {
    const [mspId] = channel.members;
    const { peer, tlsCa, clientMsp } = fabric.connectionOf(mspId);
    const { client } = loadMspIdentity({ mspId, displayName: mspId, client: clientMsp });
    this.#client = new grpc.Client(peer, grpc.credentials.createSsl(fs.readFileSync(tlsCa)), {
      'grpc.max_receive_message_length': 32 << 20,
    });
    this.#gateway = connect({
      client: this.#client,
      identity: { mspId, credentials: Buffer.from(client.certificatePem) },
      signer: signers.newPrivateKeySigner(client.privateKey),
      hash: hash.sha256,
    });
    this.#ledger = this.#gateway.getNetwork(channel.name).getContract('qscc');
  }

  /** From here on growth is counted. */
  async begin(): Promise<void> {
    this.#height = await this.#currentHeight();
  }

  async growth(): Promise<ChannelGrowth> {
    const { name } = this.channel;
    const height = await this.#currentHeight();
    const invalid: Record<string, number> = {};
    let transactions = 0;
    let bytes = 0;
    for (let number = this.#height; number < height; number += 1) {
      const encoded = await this.#ask('GetBlockByNumber', String(number));
      bytes += encoded.length;
      const metadata = common.Block.deserializeBinary(encoded).getMetadata()?.getMetadataList_asU8() ?? [];
      for (const code of metadata[TRANSACTIONS_FILTER] ?? []) {
        transactions += 1;
        if (code !== StatusCode.VALID) invalid[nameOf(code)] = (invalid[nameOf(code)] ?? 0) + 1;
      }
    }
    return { channel: name, blocks: height - this.#height, transactions, bytes, invalid };
  }

  close(): void {
    this.#gateway.close();
    this.#client.close();
  }

  async #currentHeight(): Promise<number> {
    return common.BlockchainInfo.deserializeBinary(await this.#ask('GetChainInfo')).getHeight();
  }

  #ask(question: string, ...args: readonly string[]): Promise<Uint8Array> {
    return this.#ledger.evaluate(question, {
      arguments: [this.channel.name, ...args],
      endorsingOrganizations: [this.channel.members[0]],
    });
  }
}

function nameOf(code: number): string {
  return Object.entries(StatusCode).find(([, value]) => value === code)?.[0] ?? code.toString();
}
