import 'reflect-metadata';
import { createHash, webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import * as x509 from '@peculiar/x509';
import type { ChaincodeStub } from 'fabric-shim';

const { peer } = createRequire(require.resolve('fabric-shim'))(
  '@hyperledger/fabric-protos',
) as typeof import('@hyperledger/fabric-protos');

x509.cryptoProvider.set(webcrypto);

/** A certificate (PEM) with these organisational units. */
export async function certificateOf(...units: string[]): Promise<Uint8Array> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ O: ['company'] }, ...units.map((unit) => ({ OU: [unit] })), { CN: ['someone\nOU=admin'] }],
    keys,
    signingAlgorithm: algorithm,
  });
  return Buffer.from(certificate.toString('pem'));
}

export interface Call {
  readonly channel?: string;
  readonly definition?: string;
  readonly args: readonly string[];
  readonly transient?: Readonly<Record<string, Uint8Array>>;
  readonly creator: Uint8Array;
}

/** Of the shim's stub what the chaincode uses, over maps. Composite keys and ranges are as in Fabric. */
export class MemoryStub {
  readonly private = new Map<string, Uint8Array>();
  readonly privateHashes = new Map<string, Uint8Array>();
  event: { name: string; payload: unknown } | undefined;
  /** What the peer answers instead. */
  peerError: Error | undefined;

  constructor(
    private readonly call: Call,
    readonly state = new Map<string, Uint8Array>(),
  ) {}

  /** As the shim's interface wants it; what the chaincode does not use is not there. */
  get asStub(): ChaincodeStub {
    return this as unknown as ChaincodeStub;
  }

  getChannelID = (): string => this.call.channel ?? 'quality';
  getTxID = (): string => 'ab'.repeat(32);
  getDateTimestamp = (): Date => new Date(1_700_000_000_123);
  getStringArgs = (): string[] => [...this.call.args];
  getTransient = (): Map<string, Uint8Array> => new Map(Object.entries(this.call.transient ?? {}));
  getCreator = (): object => ({ mspid: 'ManufacturerB', idBytes: this.call.creator });

  getSignedProposal(): object {
    const id = new peer.ChaincodeID();
    id.setName(this.call.definition ?? 'quality');
    const extension = new peer.ChaincodeHeaderExtension();
    extension.setChaincodeId(id);
    const bytes = extension.serializeBinary();
    return { proposal: { header: { channelHeader: { getExtension_asU8: () => bytes } } } };
  }

  createCompositeKey = (kind: string, parts: readonly string[]): string =>
    `\0${[kind, ...parts].map((part) => `${part}\0`).join('')}`;

  splitCompositeKey(key: string): { objectType: string; attributes: string[] } {
    const [objectType = '', ...attributes] = key.slice(1, -1).split('\0');
    return { objectType, attributes };
  }

  async getState(key: string): Promise<Uint8Array> {
    this.#answer();
    return this.state.get(key) ?? new Uint8Array(0);
  }

  async putState(key: string, value: Uint8Array): Promise<void> {
    this.#answer();
    this.state.set(key, value);
  }

  async *getStateByPartialCompositeKey(
    kind: string,
    parts: readonly string[],
  ): AsyncGenerator<{ key: string; value: Uint8Array }> {
    this.#answer();
    const from = this.createCompositeKey(kind, parts);
    const to = `${from}\u{10ffff}`;
    const bytes = (text: string): Buffer => Buffer.from(text);
    for (const [key, value] of [...this.state].sort(([a], [b]) => Buffer.compare(bytes(a), bytes(b)))) {
      if (Buffer.compare(bytes(key), bytes(from)) >= 0 && Buffer.compare(bytes(key), bytes(to)) < 0) {
        yield { key, value };
      }
    }
  }

  async getPrivateData(collection: string, key: string): Promise<Uint8Array> {
    this.#answer();
    return this.private.get(collection + key) ?? new Uint8Array(0);
  }

  async getPrivateDataHash(collection: string, key: string): Promise<Uint8Array> {
    return this.privateHashes.get(collection + key) ?? new Uint8Array(0);
  }

  async putPrivateData(collection: string, key: string, value: Uint8Array): Promise<void> {
    this.#answer();
    this.private.set(collection + key, value);
    this.privateHashes.set(collection + key, createHash('sha256').update(value).digest());
  }

  setEvent(name: string, payload: Uint8Array): void {
    this.event = { name, payload: JSON.parse(Buffer.from(payload).toString()) };
  }

  #answer(): void {
    if (this.peerError) throw this.peerError;
  }
}
