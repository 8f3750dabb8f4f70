import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { tarGz } from './tar';

const entry = fc.record({
  name: fc.stringMatching(/^[a-z][a-z0-9.]{0,40}$/),
  content: fc.uint8Array({ maxLength: 2000 }),
});

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-tar-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

it('is unpacked by tar to what was packed', () => {
  fc.assert(
    fc.property(fc.uniqueArray(entry, { selector: ({ name }) => name, maxLength: 4 }), (entries) => {
      const target = fs.mkdtempSync(path.join(folder, 'x-'));
      execFileSync('tar', ['-xzf', '-', '-C', target], { input: tarGz(entries) });
      const unpacked = fs.readdirSync(target).map((name) => [name, fs.readFileSync(path.join(target, name))]);
      expect(unpacked.sort()).toEqual(
        entries.map(({ name, content }) => [name, Buffer.from(content)]).sort(),
      );
    }),
    { numRuns: 20 },
  );
});

it('depends on nothing but its entries', () => {
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 3 }), (entries) => {
      expect(tarGz(entries)).toEqual(tarGz(structuredClone(entries)));
    }),
  );
});

it('refuses a name that the header has no room for', () => {
  expect(() => tarGz([{ name: 'a'.repeat(101), content: new Uint8Array() }])).toThrow(RangeError);
});
