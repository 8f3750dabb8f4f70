import { equalBytes, fromHex, toBase64url, toHex, transcriptHash, utf8 } from '@tacit/core';
import fc from 'fast-check';
import { createHash, type webcrypto } from 'node:crypto';
import vector from '../../../test/vectors/hpke-x25519-hkdf-sha256-aes-256-gcm.json';
import {
  generateEncryptionKey,
  hpkeSuite,
  open,
  seal,
  type EncryptionKeyPair,
  type SealBinding,
} from './sealed';

const binding: SealBinding = {
  from: 'CompanyB',
  to: 'CompanyA',
  type: 'answer',
  id: 'AAAAAAAAAAAAAAAAAAAAAA',
};
let key: EncryptionKeyPair;
let other: EncryptionKeyPair;

jest.setTimeout(30_000);

beforeAll(async () => {
  [key, other] = await Promise.all([generateEncryptionKey(), generateEncryptionKey()]);
});

describe('RFC 9180, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, base mode', () => {
  it('is the suite in use', () => {
    expect([hpkeSuite.kem.id, hpkeSuite.kdf.id, hpkeSuite.aead.id]).toEqual([
      vector.kem,
      vector.kdf,
      vector.aead,
    ]);
  });

  it('gives the published encapsulation and the published 1,000 ciphertexts, and opens them', async () => {
    const info = fromHex(vector.info);
    const recipientPublicKey = (await hpkeSuite.kem.deserializePublicKey(
      fromHex(vector.pkRm),
    )) as webcrypto.CryptoKey;
    const recipientKey = (await hpkeSuite.kem.deserializePrivateKey(
      fromHex(vector.skRm),
    )) as webcrypto.CryptoKey;
    const sender = await hpkeSuite.createSenderContext({
      recipientPublicKey,
      info,
      ekm: fromHex(vector.ikmE),
    });
    expect(toHex(new Uint8Array(sender.enc))).toBe(vector.enc);
    const recipient = await hpkeSuite.createRecipientContext({
      recipientKey,
      enc: fromHex(vector.enc),
      info,
    });

    const ciphertexts = createHash('shake128', { outputLength: 16 });
    const draw = shake128Stream(1_000 * 2 * 256);
    for (let i = 0; i < 1_000; i++) {
      const [aad, plaintext] = [draw(), draw()];
      const ciphertext = new Uint8Array(await sender.seal(plaintext, aad));
      ciphertexts.update(ciphertext);
      const opened = new Uint8Array(await recipient.open(ciphertext, aad));
      if (!equalBytes(opened, plaintext)) throw new Error(`ciphertext ${i} opens to something else`);
    }
    expect(ciphertexts.digest('hex')).toBe(vector.accumulatedEncryptions);
  });
});

describe('sealing', () => {
  it('opens to what was sealed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000, size: 'max' }), async (plaintext) => {
        const sealed = await seal(key.publicKey, plaintext, binding);
        expect(equalBytes(await open(key.privateKey, sealed, binding), plaintext)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('never repeats an encapsulation or a ciphertext among 1,000 concurrent ones', async () => {
    const plaintext = utf8('the same every time');
    const sealed = await Promise.all(
      Array.from({ length: 1_000 }, () => seal(key.publicKey, plaintext, binding)),
    );
    expect(new Set(sealed.map(({ enc }) => enc)).size).toBe(1_000);
    expect(new Set(sealed.map(({ ciphertext }) => ciphertext)).size).toBe(1_000);
  });

  it('hides whether an index has one digit, two, or is null', async () => {
    const lengths = await Promise.all(
      [{ index: 7 }, { index: 31 }, { index: null }].map(async (content) => {
        const sealed = await seal(key.publicKey, utf8(JSON.stringify(content)), binding);
        return sealed.ciphertext.length;
      }),
    );
    expect(new Set(lengths).size).toBe(1);
  });

  it.each(['from', 'to', 'type', 'id'] as const)('refuses an envelope with another %s', async (field) => {
    const sealed = await seal(key.publicKey, utf8('secret'), binding);
    const opening = open(key.privateKey, sealed, { ...binding, [field]: `${binding[field]}x` });
    await expect(opening).rejects.toMatchObject({ code: 'sealed' });
  });

  it('does not confuse bindings whose fields concatenate alike', async () => {
    const sealed = await seal(key.publicKey, utf8('secret'), { ...binding, from: 'Comp', to: 'anyA' });
    const opening = open(key.privateKey, sealed, { ...binding, from: 'Compan', to: 'yA' });
    await expect(opening).rejects.toMatchObject({ code: 'sealed' });
  });

  it('refuses another recipient’s key', async () => {
    const sealed = await seal(key.publicKey, utf8('secret'), binding);
    await expect(open(other.privateKey, sealed, binding)).rejects.toMatchObject({ code: 'sealed' });
  });

  it('refuses any changed character of the key, and changes all along the ciphertext', async () => {
    const sealed = await seal(key.publicKey, utf8('secret'), binding);
    for (const [part, step] of [
      ['enc', 1],
      ['ciphertext', 61],
    ] as const) {
      for (let i = 0; i < sealed[part].length; i += step) {
        const text = sealed[part];
        const changed = text.slice(0, i) + (text[i] === 'A' ? 'B' : 'A') + text.slice(i + 1);
        const opening = open(key.privateKey, { ...sealed, [part]: changed }, binding);
        await expect(opening).rejects.toMatchObject({ code: 'sealed' });
      }
    }
  });

  it('ends nonsense as SealedError', async () => {
    const text = fc.oneof(fc.string(), fc.base64String(), fc.uint8Array({ maxLength: 64 }).map(toBase64url));
    await fc.assert(
      fc.asyncProperty(text, text, async (enc, ciphertext) => {
        await expect(open(key.privateKey, { enc, ciphertext }, binding)).rejects.toMatchObject({
          name: 'SealedError',
          code: 'sealed',
        });
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['0', '00'.repeat(32)],
    ['1', `01${'00'.repeat(31)}`],
    ['order 8', 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['order 8, the other', '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['p − 1', `ec${'ff'.repeat(30)}7f`],
    ['31 bytes', '09'.repeat(31)],
    ['33 bytes', '09'.repeat(33)],
    ['no bytes', ''],
  ])('seals nothing to the point %s and opens nothing from it', async (_, hex) => {
    const point = fromHex(hex);
    await expect(seal(point, utf8('secret'), binding)).rejects.toMatchObject({ code: 'key' });
    const { ciphertext } = await seal(key.publicKey, utf8('secret'), binding);
    const opening = open(key.privateKey, { enc: toBase64url(point), ciphertext }, binding);
    await expect(opening).rejects.toMatchObject({ code: 'sealed' });
  });

  it('refuses a plaintext that somebody sealed without padding', async () => {
    const recipientPublicKey = (await hpkeSuite.kem.deserializePublicKey(
      key.publicKey,
    )) as webcrypto.CryptoKey;
    const info = transcriptHash('seal', binding.from, binding.to, binding.type, binding.id);
    for (const plaintext of [utf8('secret'), new Uint8Array(2_048), new Uint8Array()]) {
      const { enc, ct } = await hpkeSuite.seal({ recipientPublicKey, info }, plaintext);
      const sealed = { enc: toBase64url(new Uint8Array(enc)), ciphertext: toBase64url(new Uint8Array(ct)) };
      await expect(open(key.privateKey, sealed, binding)).rejects.toMatchObject({ code: 'sealed' });
    }
  });
});

/** Draws of 0 to 255 bytes: a length byte, then the bytes. */
function shake128Stream(length: number): () => Uint8Array {
  const stream = createHash('shake128', { outputLength: length }).digest();
  let at = 0;
  return () => {
    const count = stream.readUInt8(at);
    at += 1 + count;
    return stream.subarray(at - count, at);
  };
}
