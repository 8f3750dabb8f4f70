import { sign, type KeyObject } from 'node:crypto';

/** Order of P-256. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export interface Parts {
  readonly header: string;
  readonly body: string;
  readonly signature: string;
}

/** The three texts of a compact JWS, still in base64url. */
export function partsOf(jws: string): Parts {
  const [header = '', body = '', signature = ''] = jws.split('.');
  return { header, body, signature };
}

export function join({ header, body, signature }: Parts): string {
  return [header, body, signature].join('.');
}

/** A correct ES256 signature over whatever header and body one likes. */
export function forge(header: unknown, body: unknown, key: KeyObject): string {
  const signed = [header, body]
    .map((part) => Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/** A part with other JSON in it, under the old signature. */
export function edit(part: string, change: (value: Record<string, unknown>) => unknown): string {
  const value = JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
  return Buffer.from(JSON.stringify(change(value))).toString('base64url');
}

/** The bit of a base64url text's bytes flipped. */
export function flip(part: string, byte: number): string {
  const bytes = Buffer.from(part, 'base64url');
  bytes[byte] = (bytes[byte] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

/** (r, s) ↦ (r, −s): the other signature that everybody can make of one. */
export function mirrored(signature: string): string {
  const hex = Buffer.from(signature, 'base64url').toString('hex');
  const s = ORDER - BigInt(`0x${hex.slice(64)}`);
  return Buffer.from(hex.slice(0, 64) + s.toString(16).padStart(64, '0'), 'hex').toString('base64url');
}

/** The header that a sender writes who shows this certificate. */
export function headerOf(certificateDer: Uint8Array): Record<string, unknown> {
  return { alg: 'ES256', typ: 'tacit-envelope+jws', x5c: [Buffer.from(certificateDer).toString('base64')] };
}
