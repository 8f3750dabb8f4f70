// What a servicer who has been paid may send instead of the record that the key holder published.
import { vectorHash } from '@tacit/comparison';
import type { MemberRecord } from '@tacit/contracts';
import { fromBase64url, toBase64url } from '@tacit/core';
import { sealContent, type ContentOf } from '@tacit/messaging';
import { buy, reaches, waitFor, type ComparisonView, type TestNetwork } from '../support';
import { encode, scheme, type KnownPair } from './asking';
import { randomId, type CompanyInHand } from './company-in-hand';
import { expectAccepted } from './refusals';

/** What stands in a delivery beside the order that it is for. */
export type XorDelivery = Omit<ContentOf<'xor-delivery'>, 'orderId'>;

/** The record as it was published. */
export function honestDelivery({ pairId, quality, w }: KnownPair): XorDelivery {
  return { pairId, keyId: quality.keyId, wHash: quality.wHash, w: encode(w) };
}

/** The pair's delivery with another vector, and with the hash that this vector has. */
export function deliveryOf(w: string, pair: KnownPair): XorDelivery {
  const { pairId, quality } = pair;
  const context = { keyId: quality.keyId, pairId, bits: pair.w.length };
  return { ...honestDelivery(pair), w, wHash: vectorHash('w', context, fromBase64url(w)) };
}

/** Vectors that are not Enc(w), made of whatever a servicer has. */
export const WRONG_VECTORS: Readonly<Record<string, (pair: KnownPair, other: KnownPair) => string>> = {
  'the vector of another pair': (_, { w }) => encode(w),
  'Enc(x), had it colluded': ({ x }) => encode(x),
  'one ciphertext cut': ({ w }) => encode(w.slice(0, -1)),
  'one byte cut': ({ w }) => toBase64url(scheme.encodeCiphertexts(w).subarray(0, -1)),
  'one ciphertext too many': ({ w }) => encode([...w, w[0]!]),
  'two ciphertexts exchanged': ({ w }) => encode([w[1]!, w[0]!, ...w.slice(2)]),
  'most significant first': ({ w }) => encode([...w].reverse()),
  'one ciphertext twice': ({ w }) => encode([w[0]!, w[0]!, ...w.slice(2)]),
  'a digit more': ({ publicKey, w }) => encode([scheme.addPlaintext(publicKey, w[0]!, 1n), ...w.slice(1)]),
  'a ciphertext of 0': ({ w }) => encode([{ ...w[0]!, value: 0n }, ...w.slice(1)]),
  'a ciphertext of −1': ({ publicKey, w }) =>
    encode([{ ...w[0]!, value: publicKey.modulusSquared - 1n }, ...w.slice(1)]),
};

/** The servicer sends a record for an order, properly signed and sealed. */
export async function deliverRecord(
  servicer: CompanyInHand,
  to: string,
  orderId: string,
  delivery: XorDelivery,
): Promise<void> {
  const id = randomId();
  const { encryptionKey } = await servicer.query<MemberRecord>('sales', 'getMember', { company: to });
  const binding = { from: servicer.name, to, id };
  const content = { orderId, ...delivery };
  const payload = await sealContent('xor-delivery', content, fromBase64url(encryptionKey), binding);
  const { jws } = await servicer.sign({ type: 'xor-delivery', to, id, payload });
  expectAccepted(await servicer.deliver(to, jws));
}

type Ordered = ComparisonView & { readonly order?: { readonly orderId: string } | null };

/** A pair that A orders, and orders again after each dispute. */
export class OrderedPair {
  #comparison: Ordered | undefined;

  constructor(
    private readonly network: TestNetwork,
    private readonly pairId: string,
  ) {}

  async order(): Promise<{ readonly id: string; readonly orderId: string }> {
    const { network } = this;
    if (this.#comparison === undefined) [this.#comparison] = await buy(network, [this.pairId]);
    else await network.a.post(`/comparisons/${this.#comparison.id}/retry`, { force: true });
    const { id } = await reaches(network, this.#comparison?.id ?? '', ['ordered']);
    // The comparison is ordered once the order is placed; A reads the order's own record after that.
    const { orderId } = await waitFor('A has read its order', async () => {
      this.#comparison = await network.a.get<Ordered>(`/comparisons/${id}`);
      return this.#comparison.order ?? false;
    });
    return { id, orderId };
  }
}
