import { common } from '@hyperledger/fabric-protos';
import type { ChannelDefinition } from '../../tools/companies';
import type { FabricNetwork } from '../../fabric-network';
import { RawGateway } from '../fabric/raw-gateway';

/** A channel's ledger as one member's peer has it. */
export interface LedgerState {
  readonly height: number;
  /** Of the last block's header, hexadecimal. */
  readonly blockHash: string;
  /** Of the state after the last block, hexadecimal. */
  readonly stateHash: string;
}

/** Asks a company's own peer what it has of a channel. */
export async function ledgerState(
  fabric: FabricNetwork,
  company: string,
  { name }: ChannelDefinition,
): Promise<LedgerState> {
  const gateway = RawGateway.open(fabric, { company });
  const ask = (question: string, ...args: readonly string[]): Promise<Uint8Array> =>
    gateway
      .network(name)
      .getContract('qscc')
      .evaluate(question, { arguments: [name, ...args], endorsingOrganizations: [company] });
  try {
    const info = common.BlockchainInfo.deserializeBinary(await ask('GetChainInfo'));
    const height = info.getHeight();
    const block = common.Block.deserializeBinary(await ask('GetBlockByNumber', String(height - 1)));
    const blockHash = Buffer.from(info.getCurrentblockhash_asU8()).toString('hex');
    return { height, blockHash, stateHash: commitHashOf(block) };
  } finally {
    gateway.close();
  }
}

/**
 * The commit hash, which every peer computes for itself when it applies a block:
 *
 *     C_n = SHA-256(length and bytes of the block's validation codes ‖ updates of block n ‖ C_(n-1))
 *
 * where the updates are, in one order of keys, every key that the block's valid transactions wrote or deleted, with
 * the value and version written: of private data the hashes of keys and values. A peer's state is made by applying
 * these updates one after the other and by nothing else, so peers with equal C_n have judged every transaction since
 * the first block alike and have the same state, except with the probability of a collision of SHA-256. The block's
 * own hash says less: it covers what was ordered, not what a peer made of it.
 */
function commitHashOf(block: common.Block): string {
  const entry = block.getMetadata()?.getMetadataList_asU8()[common.BlockMetadataIndex.COMMIT_HASH];
  const hash = common.Metadata.deserializeBinary(entry ?? new Uint8Array()).getValue_asU8();
  if (hash.length !== 32) throw new Error('the block has no commit hash');
  return Buffer.from(hash).toString('hex');
}
