import { EncodingError } from './errors';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

// Vectors of ciphertexts are a quarter of a megabyte in text, and some are coded on a server's main thread: the
// codecs below go byte by byte through tables and build no string on the way.
const BASE64URL = encoder.encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const HEX = encoder.encode('0123456789abcdef');
const NO_DIGIT = 255;
const BASE64URL_VALUES = valuesOf(BASE64URL);
const HEX_VALUES = valuesOf(HEX);

/** The value of each character code below 128; NO_DIGIT for a character that is not a digit. */
function valuesOf(digits: Uint8Array): Uint8Array {
  const values = new Uint8Array(128).fill(NO_DIGIT);
  digits.forEach((code, value) => (values[code] = value));
  return values;
}

/** UTF-8 bytes of a string. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Big-endian 32-bit integer. @throws EncodingError outside [0, 2^32). */
export function u32be(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new EncodingError('bad-encoding', `not an unsigned 32-bit integer: ${value}`);
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** Big-endian 64-bit integer; times are milliseconds since 1970 UTC. @throws EncodingError outside [0, 2^64). */
export function u64be(value: number | bigint): Uint8Array {
  const integer = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : -1n;
  if (integer < 0n || integer >= 1n << 64n) {
    throw new EncodingError('bad-encoding', `not an unsigned 64-bit integer: ${String(value)}`);
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, integer);
  return bytes;
}

/** LP(b) = u32be length ‖ b. */
export function lengthPrefixed(bytes: Uint8Array): Uint8Array {
  return concat(u32be(bytes.length), bytes);
}

/** Equality of public bytes. Runs in time that depends on the length only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

export function toHex(bytes: Uint8Array): string {
  const text = new Uint8Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    text[2 * i] = HEX[byte >> 4] ?? 0;
    text[2 * i + 1] = HEX[byte & 15] ?? 0;
  }
  return decoder.decode(text);
}

/** @throws EncodingError unless the text is an even number of lower-case hexadecimal digits. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length >> 1);
  let wrong = text.length & 1;
  for (let i = 0; i < bytes.length; i++) {
    const high = HEX_VALUES[text.charCodeAt(2 * i)] ?? NO_DIGIT;
    const low = HEX_VALUES[text.charCodeAt(2 * i + 1)] ?? NO_DIGIT;
    wrong |= (high | low) & 0xf0;
    bytes[i] = (high << 4) | low;
  }
  if (wrong !== 0) throw new EncodingError('bad-encoding', 'not lower-case hexadecimal');
  return bytes;
}

/** Bytes in JSON: base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    // A write beyond the end, for the digits that a last group of one or two bytes does not have, has no effect.
    text[at++] = BASE64URL[word >> 18] ?? 0;
    text[at++] = BASE64URL[(word >> 12) & 63] ?? 0;
    text[at++] = BASE64URL[(word >> 6) & 63] ?? 0;
    text[at++] = BASE64URL[word & 63] ?? 0;
  }
  return decoder.decode(text);
}

/** @throws EncodingError on padding, foreign characters, or unused bits that are not zero: one text per value. */
export function fromBase64url(text: string): Uint8Array {
  const rest = text.length % 4;
  if (rest === 1) throw new EncodingError('bad-encoding', 'not base64url');
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const value = BASE64URL_VALUES[text.charCodeAt(i)] ?? NO_DIGIT;
    if (value === NO_DIGIT) throw new EncodingError('bad-encoding', 'not base64url');
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at++] = (bits >> held) & 0xff;
    }
  }
  if ((bits & ((1 << held) - 1)) !== 0) throw new EncodingError('bad-encoding', 'not canonical base64url');
  return bytes;
}

/** Big-endian bytes of exactly `length`. @throws EncodingError when the value is negative or does not fit. */
export function bigintToBytes(value: bigint, length: number): Uint8Array {
  if (value < 0n) throw new EncodingError('bad-encoding', 'negative integer');
  const hex = value.toString(16);
  if (hex.length > 2 * length)
    throw new EncodingError('bad-encoding', `integer needs more than ${length} bytes`);
  return fromHex(hex.padStart(2 * length, '0'));
}

/** Integer of big-endian bytes; 0 for none. */
export function bytesToBigint(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}
