import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { newState, readState, topologyOf, withAddition, writeState } from './native-site';

let dir: string;

beforeEach(() => {
  dir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-state-')), 'fabric');
});
afterEach(() => {
  fs.rmSync(path.dirname(dir), { recursive: true });
});

it('keeps a network’s ports, and the others’ when a company is added', async () => {
  expect(readState(dir)).toBeUndefined();
  const state = await newState('free');
  writeState(dir, state);
  expect(readState(dir)).toEqual(state);
  const extended = await withAddition(state, 'a2');
  expect(extended).toMatchObject({ orderer: state.orderer, members: state.members, added: ['a2'] });
  const ports = Object.values(extended.members).flatMap((of) => Object.values<number>({ ...of }));
  expect(new Set(ports).size).toBe(12);
});

it('knows a company’s channels only once it has been added', async () => {
  const state = await newState('usual');
  const names = (of: typeof state): string[] => topologyOf(of).channels.map(({ name }) => name);
  expect(names(state)).toEqual(['quality', 'xor', 'sales']);
  const extended = await withAddition(state, 'a2');
  expect(names(extended)).toEqual(['quality', 'xor', 'sales', 'quality-a2', 'sales-a2']);
  expect(topologyOf(extended).members.at(-1)).toMatchObject({
    mspId: 'ManufacturerA2',
    ports: { peer: 7054, operations: 7074, chaincode: 7084 },
  });
});

it('refuses a company that the topology does not define', async () => {
  await expect(withAddition(await newState('usual'), 'a3')).rejects.toThrow(RangeError);
});
