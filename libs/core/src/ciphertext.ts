import { toBase64url } from './bytes';
import { transcriptHash } from './transcript';

/**
 * A public key. `keyId` = H("key", profile, pk) as base64url; a key is used for one pair only.
 * Implementations add what they need; nobody else looks inside.
 */
export interface PublicKey {
  readonly profile: string;
  readonly keyId: string;
  /** Length of every encoded ciphertext under this key, in bytes. */
  readonly ciphertextLength: number;
}

/** A ciphertext under exactly one key. Mixing keys is an error, never a wrong result. */
export interface Ciphertext {
  readonly keyId: string;
}

/** H("key", profile, pk) as base64url. */
export function keyIdOf(profile: string, publicKey: Uint8Array): string {
  return toBase64url(transcriptHash('key', profile, publicKey));
}
