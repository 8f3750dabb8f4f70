import { canonicalBytes, parseCanonical } from '@tacit/core';
import Database from 'libsql';
import * as path from 'node:path';
import type { Block } from './block';
import { ChannelStore } from './channel-store';
import { A, B, S, TestNetwork } from './ledger.fixture';
import { nextBlock, type BlockEffects } from './block';

let network: TestNetwork;
beforeEach(async () => {
  network = await TestNetwork.create();
  const a = network.peer(A);
  const b = network.peer(B);
  await network.submit(b, B, 'put', { key: ['pair', '1'], value: 'one' });
  await network.submit(a, A, 'putAndTell', { key: ['pair', '1'], value: 'two' });
  await network.submit(b, B, 'addToList', { key: ['pair'], value: 'three' });
  await network.submit(b, B, 'putPrivate', { key: ['answer', '1'], value: 'private' });
  await network.submit(a, A, 'incrementPrivate', { key: ['count'], value: '' });
});
afterEach(() => network.remove());

const report = (company = B): ReturnType<ReturnType<TestNetwork['peer']>['verifyChain']> =>
  network.peer(company).verifyChain('quality');

function alter(sql: string, parameters: readonly unknown[] = [], file = 'quality.sqlite'): void {
  const database = new Database(path.join(network.dir, file));
  const { changes } = database.prepare(sql).run([...parameters]);
  database.close();
  expect(changes).toBeGreaterThan(0);
}

function block(number: number): Block {
  const store = new ChannelStore(path.join(network.dir, 'quality.sqlite'), 'quality');
  const found = store.block(number);
  store.close();
  if (!found) throw new Error(`no block ${number}`);
  return found;
}

it('finds nothing wrong with an untouched chain, the same for every member', async () => {
  const ofB = await report(B);
  expect(ofB).toMatchObject({ blocks: 5, problems: [] });
  expect(await report(A)).toEqual(ofB);
  expect(ofB.head).toBe(Buffer.from(block(5).hash).toString('hex'));
});

it.each([
  ['proposal', 'previous_hash'],
  ['effects', 'proposal'],
  ['signature', 'certificate'],
  ['certificate', 'signature'],
  ['previous_hash', 'hash'],
  ['hash', 'signature'],
])('finds a block whose %s was altered', async (column, other) => {
  alter(`UPDATE blocks SET ${column} = (SELECT ${other} FROM blocks WHERE number = 1) WHERE number = 3`);
  const { problems } = await report();
  expect(problems[0]?.block).toBe(3);
});

it.each([
  ['event', "UPDATE blocks SET event = CAST('{}' AS BLOB) WHERE number = 2", 2],
  ['emitted event', 'UPDATE blocks SET event = NULL WHERE number = 2', 2],
  ['time', 'UPDATE blocks SET timestamp = timestamp + 1 WHERE number = 4', 4],
  ['transaction id', "UPDATE blocks SET tx_id = 'x' WHERE number = 4", 4],
  ['company', `UPDATE blocks SET company = '${A}' WHERE number = 4`, 4],
  ['stranger as its company', `UPDATE blocks SET company = '${S}' WHERE number = 4`, 4],
  ['absence', 'DELETE FROM blocks WHERE number = 4', 4],
])('finds a block by its %s', async (_, sql, number) => {
  alter(sql);
  const { problems } = await report();
  expect(problems.map((problem) => problem.block)).toContain(number);
});

it.each([
  ['value', "UPDATE state SET value = CAST('other' AS BLOB)"],
  ['version', 'UPDATE state SET version = 5'],
  ['absence', 'DELETE FROM state WHERE version = 3'],
  ['addition', "INSERT INTO state VALUES (CAST('x' AS BLOB), 1, CAST('x' AS BLOB))"],
  ['private hash', "UPDATE private_state SET value_hash = 'x'"],
  ['private addition', "INSERT INTO private_state VALUES ('answers', 'x', 1, 'x', 'x')"],
  ['cut end', 'DELETE FROM blocks WHERE number = 5'],
])('finds a state that the blocks do not add up to, by its %s', async (_, sql) => {
  alter(sql);
  const { problems } = await report();
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems) expect(problem.block).toBeUndefined();
});

it('finds an altered private value in a collection that the company keeps', async () => {
  alter("UPDATE records SET value = CAST('other' AS BLOB)", [], 'quality.answers.sqlite');
  expect((await report()).problems).toHaveLength(2);
});

it('finds a well-formed block that was committed on a state it had not read', async () => {
  const last = block(5);
  const effects = parseCanonical(last.effects) as BlockEffects;
  const stale = nextBlock(
    { number: 4, hash: last.previousHash },
    last,
    { ...effects, reads: [{ key: ['pair', '1'], version: 1 }] },
    undefined,
  );
  alter('UPDATE blocks SET effects = ?, hash = ? WHERE number = 5', [stale.effects, stale.hash]);
  expect((await report()).problems[0]).toMatchObject({ block: 5, problem: /had changed/ });
});

it('finds a forged block although its hashes are right', async () => {
  const last = block(5);
  const bytes = canonicalBytes({ ...(parseCanonical(last.signed.bytes) as object), name: 'forged' });
  const forged = nextBlock(
    { number: 4, hash: last.previousHash },
    { ...last, signed: { ...last.signed, bytes } },
    parseCanonical(last.effects) as BlockEffects,
    undefined,
  );
  alter('UPDATE blocks SET proposal = ?, hash = ? WHERE number = 5', [bytes, forged.hash]);
  const { problems } = await report();
  expect(problems).toMatchObject([{ block: 5, problem: 'the proposal is not signed by its creator' }]);
});
