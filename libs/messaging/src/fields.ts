import { z } from 'zod';

/** MSP ID of a company. */
export const companyId = z.string().regex(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/);

/** 128 random bits as base64url. */
export const randomId = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw]$/);

/** Name of an envelope: 128 random bits as base64url, or a UUID in lower case. */
export const envelopeId = z
  .string()
  .max(36)
  .regex(/^(?:[A-Za-z0-9_-]{21}[AQgw]|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/);

/** 32 bytes as base64url: a SHA-256 value, an X25519 key. */
export const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/);

/** Bytes as base64url without padding or stray bits, at least one, at most `maxBytes` of them. */
export function bytesField(maxBytes: number): z.ZodString {
  return z
    .string()
    .min(2)
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(/^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]|[A-Za-z0-9_-][AQgw])?$/);
}

/** Milliseconds since 1970 UTC, up to the year 9999. */
export const time = z.int().min(0).max(253_402_300_799_999);
