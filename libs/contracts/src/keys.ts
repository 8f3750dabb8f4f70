import type { LedgerKey } from './transaction';

/**
 * A key whose parts every ledger keeps apart and in the same order: non-empty text without U+0000 (which separates
 * parts), U+10FFFF (which ends Fabric's ranges) and lone surrogates (which all become the same UTF-8).
 * @throws Error — contracts build keys from checked input, so this is a fault of the contract.
 */
export function wellFormed(key: LedgerKey): LedgerKey {
  const mistakable = (part: string): boolean => part === '' || /[\0\u{10ffff}\p{Surrogate}]/u.test(part);
  if (key.length === 0 || key.some(mistakable)) {
    throw new Error('parts of a record’s key are non-empty text without U+0000 and U+10FFFF');
  }
  return key;
}
