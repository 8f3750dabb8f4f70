import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@tacit/company';
import { ENTITIES } from '.';
import { MIGRATIONS } from './migrations';
import { StockedKeyEntity, type StockedKeyState } from './stocked-key.entity';

const STATES: readonly StockedKeyState[] = ['stocked', 'assigned', 'used', 'destroyed'];

describe('a database of a version without proofs', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'tacit-b-'));
  afterAll(() => {
    rmSync(stateDir, { recursive: true, force: true });
  });
  const open = (): Promise<Database> =>
    Database.open({ stateDir, entities: ENTITIES, migrations: MIGRATIONS });

  it('keeps its published keys and destroys those that cannot be published, but for n', async () => {
    const before = await open();
    await before.transaction(async (em) => {
      for (const state of STATES) {
        await em.insert(StockedKeyEntity, {
          keyId: state,
          profile: 'paillier-3072',
          bits: 8,
          method: 'uniform',
          state,
          publicKey: 'AAAA',
          keyProof: null,
          secretKey: 'secret',
          nonceFactors: ['secret'],
          pairId: null,
          stockedAt: 1,
          usedAt: null,
          destroyedAt: null,
        });
      }
      await em.query('ALTER TABLE "stocked_key" DROP COLUMN "keyProof"');
      await em.query('ALTER TABLE "answer" DROP COLUMN "verdict"');
      await em.query('DELETE FROM "migrations"');
    });
    await before.close();

    for (let start = 0; start < 2; start++) {
      const database = await open();
      const keys = await database.read((em) =>
        em.createQueryBuilder(StockedKeyEntity, 'key').addSelect('key.secretKey').getMany(),
      );
      const found = keys.map(({ keyId, state, publicKey, secretKey }) => [
        keyId,
        state,
        publicKey,
        secretKey,
      ]);
      expect(found.sort()).toEqual([
        ['assigned', 'destroyed', 'AAAA', null],
        ['destroyed', 'destroyed', 'AAAA', 'secret'],
        ['stocked', 'destroyed', 'AAAA', null],
        ['used', 'used', 'AAAA', 'secret'],
      ]);
      await database.close();
    }
  });
});
