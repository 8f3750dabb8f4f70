import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { concat, fromBase64url, TacitError, toBase64url, utf8 } from '@tacit/core';

const KEY_LENGTH = 32;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const VERSION = 'v1.';

/** What was sealed cannot be opened: another key, another purpose, or changed bytes. */
export class AtRestError extends TacitError<'not-openable'> {
  override readonly name = 'AtRestError';
}

/**
 * Encrypts what must not be readable in a copy of the database: AES-256-GCM under the key of the key file, a fresh
 * random 96-bit nonce each time (fine for the 2^32 values that NIST SP 800-38D allows under one key).
 */
export class AtRest {
  readonly #key: Uint8Array;

  /** @param key 32 bytes */
  constructor(key: Uint8Array) {
    if (key.length !== KEY_LENGTH) throw new AtRestError('not-openable', 'the at-rest key is not 32 bytes');
    this.#key = key;
  }

  /**
   * `v1.` and base64url of nonce ‖ ciphertext ‖ tag.
   * @param purpose what the value is and whose, such as `secret-key:<pairId>`; it opens for nothing else
   */
  seal(purpose: string, bytes: Uint8Array): string {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(utf8(purpose));
    const sealed = concat(nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag());
    return VERSION + toBase64url(sealed);
  }

  /** @throws AtRestError */
  open(purpose: string, text: string): Uint8Array {
    try {
      if (!text.startsWith(VERSION)) throw new Error('unknown version');
      const sealed = fromBase64url(text.slice(VERSION.length));
      if (sealed.length < NONCE_LENGTH + TAG_LENGTH) throw new Error('too short');
      const decipher = createDecipheriv('aes-256-gcm', this.#key, sealed.slice(0, NONCE_LENGTH))
        .setAAD(utf8(purpose))
        .setAuthTag(sealed.slice(-TAG_LENGTH));
      const opened = decipher.update(sealed.slice(NONCE_LENGTH, -TAG_LENGTH));
      return new Uint8Array(concat(opened, decipher.final()));
    } catch (cause) {
      throw new AtRestError('not-openable', 'a value at rest cannot be opened with this key', { cause });
    }
  }
}
