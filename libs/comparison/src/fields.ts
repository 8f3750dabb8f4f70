import { z } from 'zod';

/** Vocabulary of every record: each field has one spelling and a bounded length. */

/** MSP ID of a company. */
export const companyId = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9.-]{0,63}$/, 'a company is named by its MSP ID');

/** 128 random bits as base64url: 22 characters, the last of which carries two bits. */
export const randomId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{21}[AQgw]$/, 'an identifier is 128 bits in base64url');

/** A SHA-256 value as base64url. */
export const hash = z
  .string()
  .regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, 'a hash is 256 bits in base64url');

/** Milliseconds since 1970 UTC, up to the year 9999. */
export const time = z.int().min(0).max(253_402_300_799_999);

/** Bytes as base64url, bounded by the largest vector in use: 64 ciphertexts of 1,536 bytes. */
export const bytes = z
  .string()
  .max(140_000)
  .regex(/^[A-Za-z0-9_-]*$/, 'bytes are written in base64url');

/** A proof as base64url: seven roots of 768 bytes at 6144 bits are the longest. */
export const proof = z
  .string()
  .min(2)
  .max(8_192)
  .regex(/^[A-Za-z0-9_-]*$/, 'bytes are written in base64url');

/** A name for people: what is measured, a unit. */
export const label = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}]+$/u, 'no control characters');
