import { canonicalBytes, parseCanonical } from '@tacit/core';
import type { EnvelopeBody } from './envelope';
import { MessageError } from './errors';
import { readContent, type ContentOf, type SealedMessageType, type SealedPayload } from './messages';
import { open, seal, type SealBinding } from './sealed';

/**
 * The payload of a sealed message: its content as RFC 8785 JSON, sealed to the recipient.
 * @throws SealedError `key`; MessageError `content`
 */
export async function sealContent<T extends SealedMessageType>(
  type: T,
  content: ContentOf<T>,
  recipientPublicKey: Uint8Array,
  binding: Omit<SealBinding, 'type'>,
): Promise<SealedPayload> {
  const plaintext = canonicalBytes(readContent(type, content));
  return seal(recipientPublicKey, plaintext, { ...binding, type });
}

/**
 * Opens the payload of a verified envelope of this type.
 * @throws SealedError `sealed`; MessageError `content`
 */
export async function openContent<T extends SealedMessageType>(
  type: T,
  payload: SealedPayload,
  privateKey: Uint8Array,
  envelope: Pick<EnvelopeBody, 'from' | 'to' | 'id'>,
): Promise<ContentOf<T>> {
  const { from, to, id } = envelope;
  const plaintext = await open(privateKey, payload, { from, to, type, id });
  return readContent(type, parseContent(plaintext));
}

function parseContent(plaintext: Uint8Array): unknown {
  try {
    return parseCanonical(plaintext);
  } catch (cause) {
    throw new MessageError('content', 'the sealed content is not canonical JSON', { cause });
  }
}
