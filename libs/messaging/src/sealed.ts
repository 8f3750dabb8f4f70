import { EncodingError, fromBase64url, toBase64url, transcriptHash } from '@tacit/core';
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import type { webcrypto } from 'node:crypto';
import { SealedError } from './errors';

/** HPKE (RFC 9180): DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, AES-256-GCM 0x0002; base mode. */
export const hpkeSuite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/**
 * Plaintexts are padded to a multiple of this many bytes. It is more than the longest answer with the longest proof, so
 * that the length of what is sealed does not tell an index of one digit from one of two.
 */
const PADDING_BLOCK = 10_240;

/** An X25519 key pair; both 32 bytes. */
export interface EncryptionKeyPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

/** Bytes as base64url: the encapsulated key (32 bytes), and the ciphertext with its tag (16 bytes). */
export interface Sealed {
  readonly enc: string;
  readonly ciphertext: string;
}

/** The envelope that a sealed payload belongs to; it opens in no other. */
export interface SealBinding {
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly id: string;
}

/** A company's key for messages that are sealed to it; the public half is recorded on its channels. */
export async function generateEncryptionKey(): Promise<EncryptionKeyPair> {
  const { publicKey, privateKey } = (await hpkeSuite.kem.generateKeyPair()) as webcrypto.CryptoKeyPair;
  return {
    publicKey: new Uint8Array(await hpkeSuite.kem.serializePublicKey(publicKey)),
    privateKey: new Uint8Array(await hpkeSuite.kem.serializePrivateKey(privateKey)),
  };
}

/**
 * Seals a plaintext to one recipient in one envelope, in a context of its own (no nonce is ever shared).
 * The length that shows is the plaintext's plus one, rounded up to a multiple of 10,240 bytes, plus the tag.
 *
 * @param recipientPublicKey X25519, 32 bytes
 * @throws SealedError `key` for another length or a key of small order
 */
export async function seal(
  recipientPublicKey: Uint8Array,
  plaintext: Uint8Array,
  binding: SealBinding,
): Promise<Sealed> {
  try {
    const key = (await hpkeSuite.kem.deserializePublicKey(recipientPublicKey)) as webcrypto.CryptoKey;
    const { enc, ct } = await hpkeSuite.seal(
      { recipientPublicKey: key, info: info(binding) },
      pad(plaintext),
    );
    return { enc: toBase64url(new Uint8Array(enc)), ciphertext: toBase64url(new Uint8Array(ct)) };
  } catch (cause) {
    throw new SealedError('key', 'nothing can be sealed to this key', { cause });
  }
}

/**
 * @param privateKey X25519, 32 bytes
 * @throws SealedError `sealed` whatever is wrong: the key, the binding, a changed byte, another length
 */
export async function open(
  privateKey: Uint8Array,
  { enc, ciphertext }: Sealed,
  binding: SealBinding,
): Promise<Uint8Array> {
  try {
    const recipientKey = (await hpkeSuite.kem.deserializePrivateKey(privateKey)) as webcrypto.CryptoKey;
    const padded = await hpkeSuite.open(
      { recipientKey, enc: fromBase64url(enc), info: info(binding) },
      fromBase64url(ciphertext),
    );
    return unpad(new Uint8Array(padded));
  } catch (cause) {
    throw new SealedError('sealed', 'not sealed to this company in this envelope', { cause });
  }
}

/** H("seal", from, to, type, id) */
function info({ from, to, type, id }: SealBinding): Uint8Array {
  return transcriptHash('seal', from, to, type, id);
}

/** plaintext ‖ 0x80 ‖ 0x00…, up to the next multiple of PADDING_BLOCK (ISO/IEC 7816-4). */
function pad(plaintext: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((plaintext.length + 1) / PADDING_BLOCK) * PADDING_BLOCK);
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  return padded;
}

/** The padding was authenticated, so its check tells an attacker nothing. @throws EncodingError */
function unpad(padded: Uint8Array): Uint8Array {
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (padded[end] !== 0x80) throw new EncodingError('bad-encoding', 'the plaintext is not padded');
  return padded.slice(0, end);
}
