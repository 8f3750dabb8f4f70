import {
  evaluate,
  evaluationHash,
  openQualityRecord,
  openXorRecord,
  type Evaluation,
  type QualityRecord,
  type XorRecord,
} from '@tacit/comparison';
import type { RequestRecord } from '@tacit/contracts';
import { fromBase64url, toBase64url } from '@tacit/core';
import { paillierProfile, paillierScheme, type PaillierCiphertext } from '@tacit/paillier';
import { B, waitFor } from '../support';
import { CompanyInHand, randomId } from './company-in-hand';
import type { Reply } from './crafted-questions';
import type { Mailbox } from './mailbox';
import { expectAccepted, expectRefusal } from './refusals';
import type { SeenByB } from './seen-by-b';

export const scheme = paillierScheme(paillierProfile('paillier-3072'));

/** A published pair as an evaluator sees it who has bought Enc(w), or has it from a dishonest servicer. */
export interface KnownPair {
  readonly pairId: string;
  readonly quality: QualityRecord;
  readonly publicKey: ReturnType<typeof scheme.decodePublicKey>;
  readonly x: readonly PaillierCiphertext[];
  readonly y: readonly PaillierCiphertext[];
  readonly w: readonly PaillierCiphertext[];
  readonly z: Evaluation<PaillierCiphertext>;
  readonly zHash: string;
  /** Slot of the agreement's budget that requests about this pair name. */
  readonly slot: number;
}

type PaillierPair = ReturnType<typeof openQualityRecord> & Pick<KnownPair, 'x' | 'y'>;

export async function readPair(
  evaluator: CompanyInHand,
  servicer: CompanyInHand,
  pairId: string,
  slot: number,
): Promise<KnownPair> {
  const quality = await evaluator.query<QualityRecord>('quality', 'getPair', { pairId });
  const xor = await servicer.query<XorRecord>('xor', 'getXor', { pairId });
  const publicKey = scheme.decodePublicKey(fromBase64url(quality.publicKey));
  // These functions speak of any scheme's ciphertexts; here they are this one's.
  const { x, y } = openQualityRecord(scheme, quality, xor.bits) as PaillierPair;
  const w = openXorRecord(scheme, xor) as PaillierCiphertext[];
  const z = evaluate(scheme, publicKey, { x, y, w });
  const context = { keyId: quality.keyId, pairId, bits: xor.bits };
  return { pairId, quality, publicKey, x, y, w, z, zHash: evaluationHash(scheme, context, z), slot };
}

export function encode(ciphertexts: readonly PaillierCiphertext[]): string {
  return toBase64url(scheme.encodeCiphertexts(ciphertexts));
}

/** Brings a request about the pair on the ledger, as the contract wants it. @returns its id */
export async function openRequest(
  evaluator: CompanyInHand,
  pair: KnownPair,
  lifetime = 3_600_000,
): Promise<string> {
  const { pairId, zHash, slot, w } = pair;
  const requestId = randomId();
  const terms = { requestId, pairId, zHash, nonce: randomId(), expiresAt: Date.now() + lifetime, slot };
  const transient = { w: scheme.encodeCiphertexts(w) };
  const refusal = await evaluator.submit('quality', 'requestComparison', terms, transient);
  if (refusal !== undefined) throw new Error(`the honest request was refused: ${refusal}`);
  return requestId;
}

export interface Judged {
  readonly reply: Reply;
  /** What B keeps to itself. */
  readonly reason: string | null;
  /** Milliseconds from the question to the reply. */
  readonly elapsed: number;
}

/** Questions under one request: few enough for B to judge all of them before the first refusal ends the request. */
const AT_ONCE = 4;

/** An evaluator who asks B what it likes, under requests that the contract has recorded. */
export class Interrogator {
  constructor(
    readonly evaluator: CompanyInHand,
    private readonly mailbox: Mailbox,
    private readonly seen: SeenByB,
  ) {}

  /**
   * Asks each question under a request that is open and honest, so that nothing but its bytes can be wrong with it,
   * and has every refusal checked. A question that B looked at too late, when another refusal had ended the request,
   * is asked again.
   */
  async ask(pair: KnownPair, rises: readonly string[]): Promise<Reply[]> {
    const replies = new Map<number, Reply>();
    let waiting = rises.map((_, index) => index);
    while (waiting.length > 0) {
      const requestId = await openRequest(this.evaluator, pair);
      const now = waiting.slice(0, AT_ONCE);
      const judged = await Promise.all(
        now.map(async (index) => {
          const { pairId, zHash } = pair;
          return this.askOne({ requestId, pairId, zHash, rise: rises[index] ?? '' });
        }),
      );
      for (const [at, { reply, reason }] of judged.entries()) {
        if (reason !== 'request-closed') replies.set(now[at] ?? -1, reply);
        if (reply === 'refused') expect(['not-the-published-pair', 'request-closed']).toContain(reason);
      }
      waiting = waiting.filter((index) => !replies.has(index));
      await this.ended(requestId);
    }
    return rises.map((_, index) => replies.get(index) ?? 'refused');
  }

  /** Sends one question and reads the reply. */
  async askOne(payload: Readonly<Record<string, unknown>>): Promise<Judged> {
    const message = await this.evaluator.sign({ type: 'answer-request', to: B, payload });
    const delivery = await this.evaluator.deliver(B, message.jws);
    expectAccepted(delivery);
    const envelope = await this.mailbox.reply(message.id);
    const reason = this.seen.requests().get(message.id)?.reason ?? null;
    const elapsed = envelope.at - delivery.sentAt;
    // An answer is sealed to the application's key; that it came at all is enough to know that the attack works.
    if (envelope.body.type !== 'refusal') return { reply: { index: 0 }, reason, elapsed };
    const { id } = message;
    expectRefusal(envelope, { id, from: this.evaluator.name, to: B, sentAt: delivery.sentAt });
    return { reply: 'refused', reason, elapsed };
  }

  /** Waits until B's refusal has ended the request on the ledger. */
  async ended(requestId: string): Promise<void> {
    await waitFor(`request ${requestId} has ended`, async () => {
      const { status } = await this.evaluator.query<RequestRecord>('quality', 'getRequest', { requestId });
      return status === 'refused';
    });
  }
}
