import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '@tacit/core';
import * as fc from 'fast-check';
import { AtRest } from './at-rest';
import { readKeyFile } from './key-file';

const key = new Uint8Array(32).fill(7);

describe('AtRest', () => {
  const atRest = new AtRest(key);

  it('opens what it sealed', () => {
    fc.assert(
      fc.property(fc.string(), fc.uint8Array({ maxLength: 500 }), (purpose, bytes) => {
        expect(atRest.open(purpose, atRest.seal(purpose, bytes))).toEqual(bytes);
      }),
    );
  });

  it('never seals one value the same way twice', () => {
    const sealed = Array.from({ length: 1000 }, () => atRest.seal('p', utf8('value')));
    expect(new Set(sealed).size).toBe(1000);
  });

  it('refuses another purpose and another key', () => {
    const sealed = atRest.seal('secret-key:1', utf8('value'));
    expect(() => atRest.open('secret-key:2', sealed)).toThrow('cannot be opened');
    expect(() => new AtRest(new Uint8Array(32)).open('secret-key:1', sealed)).toThrow('cannot be opened');
  });

  it('refuses every changed character, every cut and what was never sealed', () => {
    const sealed = atRest.seal('p', utf8('value'));
    for (let i = 0; i < sealed.length; i++) {
      const changed = sealed.slice(0, i) + (sealed[i] === 'A' ? 'B' : 'A') + sealed.slice(i + 1);
      expect(() => atRest.open('p', changed)).toThrow('cannot be opened');
      expect(() => atRest.open('p', sealed.slice(0, i))).toThrow('cannot be opened');
    }
    for (const text of ['', 'v1.', 'v2.AAAA', 'v1.A', 'v1.=', 'v1.\u0000']) {
      expect(() => atRest.open('p', text)).toThrow('cannot be opened');
    }
  });

  it.each([0, 16, 31, 33])('refuses a key of %d bytes', (length) => {
    expect(() => new AtRest(new Uint8Array(length))).toThrow('32 bytes');
  });
});

describe('the key file', () => {
  let dir: string;
  let stateDir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tacit-key-'));
    stateDir = join(dir, 'state');
    mkdirSync(stateDir);
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  it('is made once, for its owner only', () => {
    const file = join(dir, 'keys', 'a');
    const made = readKeyFile(file, stateDir, true);
    expect(made).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readKeyFile(file, stateDir, false)).toEqual(made);
  });

  it('is not made anew when something was sealed with the one that is missing', () => {
    expect(() => readKeyFile(join(dir, 'gone'), stateDir, false)).toThrow('restore it');
  });

  it('is refused inside the state folder, also through links', () => {
    const link = join(dir, 'link');
    symlinkSync(stateDir, link);
    for (const file of [
      join(stateDir, 'key'),
      join(link, 'key'),
      join(stateDir, 'deep', 'key'),
      join(dir, 'x', '..', 'state', 'key'),
    ]) {
      expect(() => readKeyFile(file, stateDir, true)).toThrow('outside stateDir');
    }
    writeFileSync(join(stateDir, 'key'), key, { mode: 0o600 });
    symlinkSync(join(stateDir, 'key'), join(dir, 'key'));
    expect(() => readKeyFile(join(dir, 'key'), stateDir, true)).toThrow('outside stateDir');
  });

  it.each([0o644, 0o640, 0o604, 0o660])('is refused when its mode is %o', (mode) => {
    const file = join(dir, 'a');
    writeFileSync(file, key);
    chmodSync(file, mode);
    expect(() => readKeyFile(file, stateDir, true)).toThrow('chmod 600');
  });

  it.each([0, 31, 33])('is refused with %d bytes', (length) => {
    const file = join(dir, 'a');
    writeFileSync(file, new Uint8Array(length), { mode: 0o600 });
    expect(() => readKeyFile(file, stateDir, true)).toThrow('not a key of 32 bytes');
  });
});
