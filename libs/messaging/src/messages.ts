import { canonicalBytes } from '@tacit/core';
import type { ChannelPurpose } from '@tacit/contracts';
import { z } from 'zod';
import type { Envelope } from './envelope';
import { MessageError } from './errors';
import { bytes32, bytesField, randomId } from './fields';

/** Who speaks, by the part that a company has in the comparison: B, A, S. */
export type MessageParty = 'keyHolder' | 'evaluator' | 'servicer';

/** A message may pass between these two parties when they share a channel of this purpose. */
export interface Route {
  readonly purpose: ChannelPurpose;
  readonly from: MessageParty;
  readonly to: MessageParty;
}

/** 64 ciphertexts of 1,536 bytes: the longest vector of any profile. */
export const MAX_VECTOR_BYTES = 64 * 1536;

/** Room for seven roots of 768 bytes, the longest proof of any profile. */
const MAX_PROOF_BYTES = 6_144;

const HOUR = 3_600_000;

/** HPKE, as `sealed.ts` writes it. The bound leaves room for a vector in JSON in base64url. */
const sealedSchema = z.strictObject({ enc: bytes32, ciphertext: bytesField(136_000) });

const refusalSchema = z.strictObject({
  status: z.literal('refused'),
  code: z.literal('request-refused'),
});

const answerRequestSchema = z.strictObject({
  requestId: randomId,
  pairId: randomId,
  zHash: bytes32,
  /** rise_0 ‖ … ‖ rise_{k−1}; fall follows from it. */
  rise: bytesField(MAX_VECTOR_BYTES),
});

const refusalEvidenceSchema = z.strictObject({
  orderId: randomId,
  pairId: randomId,
  /** The key holder's `refusal` envelope, compact. */
  refusal: z.string().min(1).max(16_000),
  /** The evaluator's `answer-request` envelope that it replies to, compact. */
  request: z.string().min(1).max(260_000),
});

const xorDeliveryContent = z.strictObject({
  orderId: randomId,
  pairId: randomId,
  keyId: bytes32,
  wHash: bytes32,
  /** Enc(w_0) ‖ … ‖ Enc(w_{k−1}). */
  w: bytesField(MAX_VECTOR_BYTES),
});

/** Opens a lotRef of the quality record: lotRef = H("lot", salt, label). */
const lotOpening = z.strictObject({ salt: bytes32, label: z.string().min(1).max(64) });

/**
 * The answer as it is recorded: its hash is on the channel, so the evaluator can hold this copy against it. With it
 * go the lots of the two readings, whose references alone are on the channel.
 */
const answerContent = z
  .strictObject({
    requestId: randomId,
    pairId: randomId,
    zHash: bytes32,
    direction: z.enum(['rise', 'fall', 'same']),
    index: z.int().min(0).max(63).nullable(),
    salt: randomId,
    proof: bytesField(MAX_PROOF_BYTES),
    lots: z.strictObject({ x: lotOpening, y: lotOpening }),
  })
  .refine(({ direction, index }) => (direction === 'same') === (index === null));

const servicerToEvaluator: Route = { purpose: 'sales', from: 'servicer', to: 'evaluator' };
const evaluatorToServicer: Route = { purpose: 'sales', from: 'evaluator', to: 'servicer' };
const evaluatorToKeyHolder: Route = { purpose: 'quality', from: 'evaluator', to: 'keyHolder' };
const keyHolderToEvaluator: Route = { purpose: 'quality', from: 'keyHolder', to: 'evaluator' };

/**
 * Every message between companies: its routes, how long after `issuedAt` it may at most be valid (milliseconds),
 * its payload, and for sealed payloads the content inside. What is not listed here is refused.
 */
const DEFINITIONS = {
  /** Table 2: the servicer delivers Enc(w), sealed to the buyer. */
  'xor-delivery': { routes: [servicerToEvaluator], maxLifetime: 24 * HOUR, payload: sealedSchema },
  /** Table 3: the evaluator asks with what she computed; the same request is on the ledger. */
  'answer-request': { routes: [evaluatorToKeyHolder], maxLifetime: 24 * HOUR, payload: answerRequestSchema },
  /** Table 4: the key holder's answer, sealed. The evaluator concludes from the ledger's copy. */
  answer: { routes: [keyHolderToEvaluator], maxLifetime: 24 * HOUR, payload: sealedSchema },
  /** The same body for every cause: a refusal that told its cause would be an oracle. */
  refusal: {
    routes: [keyHolderToEvaluator, servicerToEvaluator],
    maxLifetime: 24 * HOUR,
    payload: refusalSchema,
  },
  /** The key holder's signed refusal, shown to the servicer, who credits the order. */
  'refusal-evidence': {
    routes: [evaluatorToServicer],
    maxLifetime: 7 * 24 * HOUR,
    payload: refusalEvidenceSchema,
  },
} as const satisfies Record<string, { routes: readonly Route[]; maxLifetime: number; payload: z.ZodType }>;

const CONTENTS = { 'xor-delivery': xorDeliveryContent, answer: answerContent } as const;

export type MessageType = keyof typeof DEFINITIONS;
/** Types whose payload is sealed to the recipient. */
export type SealedMessageType = keyof typeof CONTENTS;

export type SealedPayload = z.infer<typeof sealedSchema>;
export type AnswerRequest = z.infer<typeof answerRequestSchema>;
export type Refusal = z.infer<typeof refusalSchema>;
export type RefusalEvidence = z.infer<typeof refusalEvidenceSchema>;

export type PayloadOf<T extends MessageType> = z.infer<(typeof DEFINITIONS)[T]['payload']>;
export type ContentOf<T extends SealedMessageType> = z.infer<(typeof CONTENTS)[T]>;

/** A verified envelope's type and payload, for a `switch` over the type. */
export type Message = {
  [T in MessageType]: { readonly type: T; readonly payload: PayloadOf<T> };
}[MessageType];

export const MESSAGE_TYPES = Object.keys(DEFINITIONS) as readonly MessageType[];

/** Longest allowed `expiresAt − issuedAt` by type, in milliseconds. */
export const MAX_LIFETIMES: ReadonlyMap<string, number> = new Map(
  Object.entries(DEFINITIONS).map(([type, { maxLifetime }]) => [type, maxLifetime]),
);

/** What the payload of a type, and the content sealed in it, look like: for the documents. */
export function schemasOf(type: MessageType): { readonly payload: z.ZodType; readonly content?: z.ZodType } {
  const { payload } = DEFINITIONS[type];
  return isSealedType(type) ? { payload, content: CONTENTS[type] } : { payload };
}

/** The one refusal, whatever the cause. */
export const REFUSAL: Refusal = Object.freeze({ status: 'refused', code: 'request-refused' });
/** RFC 8785 bytes of `REFUSAL`. */
export const REFUSAL_BYTES: Uint8Array = canonicalBytes(REFUSAL);

/** May a message of this type pass from one party to the other over a shared channel of this purpose? */
export function mayTravel(type: MessageType, { purpose, from, to }: Route): boolean {
  const routes: readonly Route[] = DEFINITIONS[type].routes;
  return routes.some((route) => route.purpose === purpose && route.from === from && route.to === to);
}

/** @throws MessageError `unknown-type`, `payload` */
export function readMessage({ type, payload }: Pick<Envelope, 'type' | 'payload'>): Message {
  if (!isMessageType(type)) throw new MessageError('unknown-type', 'no such type of message');
  const parsed = DEFINITIONS[type].payload.safeParse(payload);
  if (!parsed.success) throw new MessageError('payload', `not a payload of ${type}`);
  return { type, payload: parsed.data } as Message;
}

/** The content of a sealed payload. @throws MessageError `content` */
export function readContent<T extends SealedMessageType>(type: T, value: unknown): ContentOf<T> {
  const parsed = CONTENTS[type].safeParse(value);
  if (!parsed.success) throw new MessageError('content', `not the content of ${type}`);
  return parsed.data as ContentOf<T>;
}

function isMessageType(type: string): type is MessageType {
  return Object.hasOwn(DEFINITIONS, type);
}

function isSealedType(type: MessageType): type is SealedMessageType {
  return Object.hasOwn(CONTENTS, type);
}
