import { EncodingError } from './errors';

const encoder = new TextEncoder();
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const BASE64URL_VALUE = new Map(
  Array.from(BASE64URL, (character, value) => [character.charCodeAt(0), value]),
);

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
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** @throws EncodingError unless the text is an even number of lower-case hexadecimal digits. */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-f]*$/.test(text)) {
    throw new EncodingError('bad-encoding', 'not lower-case hexadecimal');
  }
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** Bytes in JSON: base64url without padding (RFC 4648, section 5). */
export function toBase64url(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    const digits = [word >> 18, (word >> 12) & 63, (word >> 6) & 63, word & 63];
    pieces.push(
      digits
        .slice(0, Math.min(left, 3) + 1)
        .map((digit) => BASE64URL.charAt(digit))
        .join(''),
    );
  }
  return pieces.join('');
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
    const value = BASE64URL_VALUE.get(text.charCodeAt(i));
    if (value === undefined) throw new EncodingError('bad-encoding', 'not base64url');
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
