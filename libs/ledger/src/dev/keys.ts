import { utf8 } from '@tacit/core';
import { wellFormed, type LedgerKey } from '@tacit/contracts';

/** A composite key as one text: every part followed by U+0000. @throws for a part that could be mistaken. */
export function keyText(key: LedgerKey): string {
  return wellFormed(key)
    .map((part) => `${part}\0`)
    .join('');
}

/** The text in UTF-8: byte order is key order, and the records of a prefix stand together. */
export function encodeKey(key: LedgerKey): Uint8Array {
  return utf8(keyText(key));
}

export function decodeKey(bytes: Uint8Array): LedgerKey {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const [kind = '', ...parts] = text.slice(0, -1).split('\0');
  return [kind, ...parts];
}

/** The keys that start with these parts are those in [from, to). */
export function keyRange(prefix: LedgerKey): { readonly from: Uint8Array; readonly to: Uint8Array } {
  const from = encodeKey(prefix);
  const to = Uint8Array.from(from);
  to[to.length - 1] = 1;
  return { from, to };
}
