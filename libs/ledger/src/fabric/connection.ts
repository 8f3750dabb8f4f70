import type { Contract } from '@tacit/contracts';
import * as grpc from '@grpc/grpc-js';
import { connect, hash, signers, type Gateway } from '@hyperledger/fabric-gateway';
import { identityFor, type CompanyIdentity, type MemberRole } from '../identity';

const SECOND = 1000;

export interface FabricLedgerOptions {
  readonly identity: CompanyIdentity;
  /** host:port of the company's own peer. */
  readonly peer: string;
  /** PEM of the certificate that issued the peer's TLS certificate. */
  readonly tlsRootPem: string;
  /** Name in the peer's TLS certificate when it is not the host of `peer`. */
  readonly tlsServerName?: string;
  /** What the channels' definitions run; the product's contracts unless told. */
  readonly contracts?: readonly Contract[];
}

/** How long each step may take, in milliseconds. */
export const DEADLINES = {
  evaluate: 30 * SECOND,
  /** Two peers in turn may compute big integers, behind the transactions of others. */
  endorse: 60 * SECOND,
  submit: 15 * SECOND,
  /** An orderer that dies may lose what it has accepted; then nothing will ever be committed. */
  commitStatus: 20 * SECOND,
  system: 10 * SECOND,
};

/**
 * Of the client: room for the largest record (grpc-js receives 4 MiB unless told), a ping that a peer's default
 * enforcement policy allows, and a peer that was restarted found within two seconds.
 */
const CLIENT_OPTIONS: grpc.ClientOptions = {
  'grpc.max_receive_message_length': 32 << 20,
  'grpc.max_send_message_length': 32 << 20,
  'grpc.keepalive_time_ms': 120 * SECOND,
  'grpc.keepalive_timeout_ms': 20 * SECOND,
  'grpc.keepalive_permit_without_calls': 1,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 2 * SECOND,
};

/** The one gRPC client of a company's own peer, and a gateway on it for each identity that signs. */
export class Connection {
  readonly client: grpc.Client;
  readonly #options: FabricLedgerOptions;
  readonly #gateways = new Map<MemberRole, Gateway>();

  constructor(options: FabricLedgerOptions) {
    const { peer, tlsRootPem, tlsServerName } = options;
    this.#options = options;
    this.client = new grpc.Client(peer, grpc.credentials.createSsl(Buffer.from(tlsRootPem)), {
      ...CLIENT_OPTIONS,
      ...(tlsServerName !== undefined && { 'grpc.ssl_target_name_override': tlsServerName }),
    });
  }

  /** @throws LedgerError `misconfigured` when the company has no such identity here */
  as(role: MemberRole): Gateway {
    const opened = this.#gateways.get(role);
    if (opened) return opened;
    const { mspId, certificatePem, privateKey } = identityFor(this.#options.identity, role);
    const gateway = connect({
      client: this.client,
      identity: { mspId, credentials: Buffer.from(certificatePem) },
      signer: signers.newPrivateKeySigner(privateKey),
      hash: hash.sha256,
      evaluateOptions: () => within(DEADLINES.evaluate),
      endorseOptions: () => within(DEADLINES.endorse),
      submitOptions: () => within(DEADLINES.submit),
      commitStatusOptions: () => within(DEADLINES.commitStatus),
    });
    this.#gateways.set(role, gateway);
    return gateway;
  }

  /** Signs with the client's key, as the gateway does. */
  sign(digest: Uint8Array): Promise<Uint8Array> {
    return signers.newPrivateKeySigner(identityFor(this.#options.identity, 'client').privateKey)(digest);
  }

  close(): void {
    for (const gateway of this.#gateways.values()) gateway.close();
    this.client.close();
  }
}

export function within(milliseconds: number): grpc.CallOptions {
  return { deadline: Date.now() + milliseconds };
}
