import { concat } from '@tacit/core';
import { generateEncryptionKey, type EncryptionKeyPair } from '@tacit/messaging';
import type { Database } from '../database';
import type { AtRest } from './at-rest';
import { SecretEntity } from './secret.entity';

const NAME = 'encryption-key';
const KEY_LENGTH = 32;

/**
 * The X25519 key pair that messages to this company are sealed to: made at first start, kept sealed at rest.
 * @throws AtRestError when the key file is not the one that the state was encrypted with
 */
export async function loadEncryptionKey(database: Database, atRest: AtRest): Promise<EncryptionKeyPair> {
  const stored = await database.read((em) => em.findOneBy(SecretEntity, { name: NAME }));
  if (stored !== null) {
    const bytes = atRest.open(NAME, stored.sealed);
    return { publicKey: bytes.slice(0, KEY_LENGTH), privateKey: bytes.slice(KEY_LENGTH) };
  }
  const made = await generateEncryptionKey();
  const sealed = atRest.seal(NAME, concat(made.publicKey, made.privateKey));
  await database.transaction((em) => em.insert(SecretEntity, { name: NAME, sealed }));
  return made;
}

/** Has anything been sealed in this database? */
export async function hasSecrets(database: Database): Promise<boolean> {
  return (await database.read((em) => em.count(SecretEntity))) > 0;
}
