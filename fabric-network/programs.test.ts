import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FABRIC_PROGRAMS, fabricEnvironment, findProgram, missingPrograms } from './programs';

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'tacit-bin-'));
});
afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

function provide(name: string, program: string, mode = 0o755): string {
  const file = path.join(folder, name, program);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, '', { mode });
  return file;
}

it('takes programs from FABRIC_BIN before PATH', () => {
  const onPath = provide('path', 'peer');
  const own = provide('own', 'peer');
  const env = { PATH: path.dirname(onPath) };
  expect(findProgram('peer', env)).toBe(onPath);
  expect(findProgram('peer', { ...env, FABRIC_BIN: path.dirname(own) })).toBe(own);
});

it('names the program that is missing, where it was looked for and what to do', () => {
  const onPath = path.dirname(provide('path', 'peer'));
  const missing = {
    code: 'missing-program',
    message: expect.stringMatching(/^orderer is not on PATH\. Unpack/),
  };
  expect(() => findProgram('orderer', { PATH: onPath })).toThrow(expect.objectContaining(missing));
  expect(() => findProgram('peer', { PATH: onPath, FABRIC_BIN: '/none' })).toThrow(
    'peer is not in FABRIC_BIN (/none)',
  );
  expect(missingPrograms({ PATH: onPath })).toEqual(FABRIC_PROGRAMS.filter((name) => name !== 'peer'));
});

it('does not take a file that cannot be executed', () => {
  const onPath = path.dirname(provide('path', 'peer', 0o644));
  expect(() => findProgram('peer', { PATH: onPath })).toThrow('peer is not on PATH');
});

it('keeps another network’s settings in the terminal away from this one', () => {
  const own = { PATH: '/bin', HOME: '/home' };
  const other = {
    CORE_PEER_ADDRESS: 'x:1',
    ORDERER_GENERAL_LISTENPORT: '2',
    FABRIC_CFG_PATH: '/c',
    CHAINCODE_ID: 'c:1',
  };
  expect(fabricEnvironment({ ...own, ...other })).toEqual(own);
});
