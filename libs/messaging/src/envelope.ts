import {
  canonicalBytes,
  fromBase64url,
  parseCanonical,
  TacitError,
  toBase64url,
  transcriptHash,
} from '@tacit/core';
import { CompactSign, compactVerify } from 'jose';
import { X509Certificate, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { EnvelopeError, type EnvelopeErrorCode } from './errors';
import { companyId, envelopeId, time } from './fields';

/** Longest envelope, in characters of its compact form: NATS and the dev transport both carry 1 MiB. */
export const MAX_MESSAGE_BYTES = 1_000_000;

/** How far a sender's clock may run ahead of the recipient's, in milliseconds. */
export const CLOCK_SKEW_MS = 60_000;

const ALGORITHM = 'ES256';
const MEDIA_TYPE = 'tacit-envelope+jws';
/** base64url of a header that holds one certificate of at most 6,000 bytes. */
const MAX_HEADER_CHARACTERS = 12_000;

const headerSchema = z.strictObject({
  alg: z.literal(ALGORITHM),
  typ: z.literal(MEDIA_TYPE),
  x5c: z.tuple([z.base64().max(8_000)]),
});

/** The signed body of every envelope. */
export const envelopeBodySchema = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  version: z.literal(1),
  id: envelopeId,
  from: companyId,
  to: companyId,
  inReplyTo: envelopeId.optional(),
  issuedAt: time,
  expiresAt: time,
  payload: z.record(z.string(), z.unknown()),
});

/** What is signed (protocol.md, section 6). Times are milliseconds since 1970 UTC. */
export interface EnvelopeBody {
  readonly type: string;
  readonly version: 1;
  /** 128 random bits as base64url, or a UUID; unique per sender. */
  readonly id: string;
  /** MSP IDs. */
  readonly from: string;
  readonly to: string;
  /** `id` of the recipient's envelope that this one replies to. */
  readonly inReplyTo?: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A body whose signature, sender, recipient and times have been verified; the payload is still uninterpreted. */
export interface Envelope extends EnvelopeBody {
  /**
   * H("payload", RFC 8785 payload) as base64url. With `from` and `id` it names the message; the compact text does
   * not, because ECDSA allows two signatures for one body.
   */
  readonly payloadHash: string;
  /** SHA-256 of the signer's certificate, as `verifyMember` says it. */
  readonly fingerprint: string;
}

export interface EnvelopeSigner {
  /** The leaf certificate, DER. */
  readonly certificateDer: Uint8Array;
  /** Its P-256 private key. */
  readonly privateKey: KeyObject;
}

/**
 * Judges a leaf certificate at a time (milliseconds UTC): issued under the channel's MSP roots of `from` (never by a
 * chain from the message), digitalSignature, OU=client, not revoked, registered on the channel.
 *
 * Rejects with a TacitError when it is not such a certificate. Any other rejection (a database that does not
 * answer) passes through `openEnvelope` unchanged: it is no verdict on the message.
 */
export type VerifyMember = (
  from: string,
  certificateDer: Uint8Array,
  at: number,
) => Promise<{ readonly fingerprint: string }>;

export interface OpenOptions {
  /** MSP ID of the company that the envelope must be addressed to. */
  readonly me: string;
  /** The recipient's clock, milliseconds UTC. */
  readonly now: number;
  readonly verifyMember: VerifyMember;
  /** Longest allowed `expiresAt − issuedAt` by type, milliseconds; a type that is missing is unknown. */
  readonly maxLifetimes: ReadonlyMap<string, number>;
}

/**
 * Signs a body: JWS compact, header exactly `{alg: "ES256", typ, x5c: [leaf]}`, payload its RFC 8785 JSON.
 *
 * @throws EnvelopeError `body`, `certificate` (not P-256, or the key is not the certificate's), `size`
 */
export async function signEnvelope(body: EnvelopeBody, signer: EnvelopeSigner): Promise<string> {
  if (!envelopeBodySchema.safeParse(body).success)
    throw new EnvelopeError('body', 'not the body of an envelope');
  const certificate = parseCertificate(signer.certificateDer);
  if (!certificate.checkPrivateKey(signer.privateKey)) {
    throw new EnvelopeError('certificate', 'the private key does not belong to the certificate');
  }
  const x5c = [Buffer.from(signer.certificateDer).toString('base64')];
  const bytes = attempt('body', 'the body has no canonical form', () => canonicalBytes(body));
  const jws = await new CompactSign(bytes)
    .setProtectedHeader({ alg: ALGORITHM, typ: MEDIA_TYPE, x5c })
    .sign(signer.privateKey);
  if (jws.length > MAX_MESSAGE_BYTES) throw new EnvelopeError('size', 'the envelope is too large to send');
  return jws;
}

/**
 * Verifies an envelope that has just arrived: size, form, header, body, type, recipient, times, certificate,
 * signature, canonical form; all of it before anything in the payload is looked at.
 *
 * `expiresAt` gets no allowance for clocks, so that a recipient may forget an id once it has passed.
 *
 * @throws EnvelopeError for whatever the bytes are; anything else only if `verifyMember` itself broke.
 */
export async function openEnvelope(jws: unknown, options: OpenOptions): Promise<Envelope> {
  const parts = parseEnvelope(jws);
  checkAddressAndTimes(parts.body, options);
  if (options.now >= parts.body.expiresAt) throw new EnvelopeError('expired', 'the envelope has expired');
  return verifySender(parts, options);
}

/**
 * Verifies an envelope that its recipient, `options.me`, shows to somebody else as evidence: as `openEnvelope`,
 * but it may have expired since.
 *
 * @throws EnvelopeError
 */
export async function openForwardedEnvelope(jws: unknown, options: OpenOptions): Promise<Envelope> {
  const parts = parseEnvelope(jws);
  checkAddressAndTimes(parts.body, options);
  return verifySender(parts, options);
}

interface EnvelopeParts {
  readonly jws: string;
  readonly certificateDer: Uint8Array;
  readonly bodyBytes: Uint8Array;
  readonly body: EnvelopeBody;
}

function parseEnvelope(jws: unknown): EnvelopeParts {
  if (typeof jws !== 'string') throw new EnvelopeError('malformed', 'an envelope is a text');
  if (jws.length > MAX_MESSAGE_BYTES) throw new EnvelopeError('size', 'the envelope is too large');
  const [header, body, signature, ...rest] = jws.split('.', 4);
  if (header === undefined || body === undefined || signature?.length !== 86 || rest.length > 0) {
    throw new EnvelopeError('malformed', 'not a compact JWS with an ES256 signature');
  }
  attempt('malformed', 'the signature is not base64url', () => fromBase64url(signature));
  const certificateDer = parseHeader(header);
  const bodyBytes = attempt('malformed', 'the body is not base64url', () => fromBase64url(body));
  return { jws, certificateDer, bodyBytes, body: parseBody(bodyBytes) };
}

/** One spelling only, so that no two JSON parsers can read two different headers. */
function parseHeader(text: string): Uint8Array {
  if (text.length > MAX_HEADER_CHARACTERS) throw new EnvelopeError('header', 'the header is too large');
  const header = attempt('header', 'the header is not canonical JSON', () =>
    parseCanonical(fromBase64url(text)),
  );
  const parsed = headerSchema.safeParse(header);
  if (!parsed.success) throw new EnvelopeError('header', 'the header is not exactly alg, typ and one x5c');
  const [base64] = parsed.data.x5c;
  const der = Buffer.from(base64, 'base64');
  if (der.toString('base64') !== base64) throw new EnvelopeError('header', 'x5c is not canonical base64');
  return der;
}

function parseBody(bytes: Uint8Array): EnvelopeBody {
  const value = attempt('body', 'the body is not JSON', (): unknown =>
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)),
  );
  if (!isBody(value)) throw new EnvelopeError('body', 'not the body of an envelope');
  return value;
}

function isBody(value: unknown): value is EnvelopeBody {
  return envelopeBodySchema.safeParse(value).success;
}

function checkAddressAndTimes(body: EnvelopeBody, { me, now, maxLifetimes }: OpenOptions): void {
  const maxLifetime = maxLifetimes.get(body.type);
  if (maxLifetime === undefined) throw new EnvelopeError('unknown-type', 'no such type of message');
  if (body.to !== me) throw new EnvelopeError('recipient', 'the envelope is addressed to another company');
  const lifetime = body.expiresAt - body.issuedAt;
  if (lifetime <= 0 || lifetime > maxLifetime) {
    throw new EnvelopeError('lifetime', `a ${body.type} is valid for at most ${maxLifetime} ms`);
  }
  if (body.issuedAt > now + CLOCK_SKEW_MS) {
    throw new EnvelopeError('not-yet-valid', 'the envelope was issued in the future');
  }
}

async function verifySender(
  { jws, certificateDer, bodyBytes, body }: EnvelopeParts,
  { now, verifyMember }: OpenOptions,
): Promise<Envelope> {
  const { publicKey } = parseCertificate(certificateDer);
  const { fingerprint } = await verifyMember(body.from, certificateDer, now).catch((cause: unknown) => {
    if (!(cause instanceof TacitError)) throw cause;
    throw new EnvelopeError('certificate', 'the certificate does not speak for the sender', { cause });
  });
  try {
    await compactVerify(jws, publicKey, { algorithms: [ALGORITHM] });
  } catch (cause) {
    throw new EnvelopeError('signature', 'the signature is not the certificate holder’s', { cause });
  }
  return { ...body, payloadHash: payloadHashOf(bodyBytes, body), fingerprint };
}

/** Comes last: writing a megabyte in canonical form takes a quarter of a second, which a stranger shall not cost. */
function payloadHashOf(bodyBytes: Uint8Array, { payload }: EnvelopeBody): string {
  return attempt('body', 'the body is not canonical JSON', () => {
    parseCanonical(bodyBytes);
    return toBase64url(transcriptHash('payload', canonicalBytes(payload)));
  });
}

/** @throws EnvelopeError `certificate` unless the bytes are one X.509 certificate with a P-256 key, nothing after it. */
function parseCertificate(der: Uint8Array): X509Certificate {
  const certificate = attempt('certificate', 'not an X.509 certificate', () => new X509Certificate(der));
  const key = attempt('certificate', 'the certificate has no usable key', () => certificate.publicKey);
  if (!certificate.raw.equals(der)) {
    throw new EnvelopeError('certificate', 'something follows the certificate');
  }
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new EnvelopeError('certificate', 'an ES256 key is on P-256');
  }
  return certificate;
}

/** Hostile bytes end as EnvelopeError, whichever parser they break. */
function attempt<T>(code: EnvelopeErrorCode, message: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    throw new EnvelopeError(code, message, { cause });
  }
}
