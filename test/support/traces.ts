import * as fs from 'node:fs';
import * as path from 'node:path';
import Database from 'libsql';

/** Something to look for, in one of the forms that it can have. */
export interface Trace {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A place where a trace was found. */
export interface Find {
  readonly trace: string;
  readonly place: string;
}

/** A text as it is, and within base64 and base64url wherever in a group of three bytes it begins. */
export function tracesOfText(name: string, text: string): Trace[] {
  const bytes = Buffer.from(text);
  return [{ name, bytes }, ...inBase64(name, bytes)];
}

/**
 * An integer below 2^40 as decimal, hexadecimal and binary text in either order of its bits, as bytes in either order
 * with and without leading zeros, and all that within base64.
 */
export function tracesOfInteger(name: string, value: bigint, bits: number): Trace[] {
  const padded = value.toString(2).padStart(bits, '0');
  const binary = [value.toString(2), padded, padded.split('').reverse().join('')];
  const hex = value.toString(16);
  const big = Buffer.from(value.toString(16).padStart(16, '0'), 'hex');
  const little = Buffer.from(big).reverse();
  const forms: readonly [string, Buffer][] = [
    ['8 bytes, big-endian', big],
    ['8 bytes, little-endian', little],
    ['6 bytes, big-endian', big.subarray(2)],
    ['6 bytes, little-endian', little.subarray(0, 6)],
  ];
  return [
    ...tracesOfText(`${name}, decimal`, value.toString()),
    ...tracesOfText(`${name}, hexadecimal`, hex),
    ...tracesOfText(`${name}, capital hexadecimal`, hex.toUpperCase()),
    ...binary.flatMap((text, i) => [
      ...tracesOfText(`${name}, binary ${i}`, text),
      ...tracesOfText(`${name}, binary ${i} as a list`, text.split('').join(',')),
    ]),
    { name: `${name}, 5 bytes, big-endian`, bytes: big.subarray(3) },
    { name: `${name}, 5 bytes, little-endian`, bytes: little.subarray(0, 5) },
    ...forms.flatMap(([form, bytes]) => [
      { name: `${name}, ${form}`, bytes },
      ...inBase64(`${name}, ${form}`, bytes),
    ]),
  ];
}

/** The characters that the bytes alone decide: those that share bits with their neighbours are left out. */
function inBase64(name: string, bytes: Buffer): Trace[] {
  return [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((shifted.length * 8) / 6);
    return (['base64', 'base64url'] as const).map((encoding) => ({
      name: `${name}, ${encoding} at ${before}`,
      bytes: Buffer.from(shifted.toString(encoding).slice(from, to)),
    }));
  });
}

export function search(content: Buffer | string, place: string, traces: readonly Trace[]): Find[] {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return traces.filter((trace) => bytes.includes(trace.bytes)).map(({ name }) => ({ trace: name, place }));
}

/** Files as they lie on the disk; of a database also each value, because long ones are spread over pages. */
export function searchFiles(files: readonly string[], traces: readonly Trace[]): Find[] {
  return files.flatMap((file) => [
    ...search(fs.readFileSync(file), file, traces),
    ...(file.endsWith('.sqlite') ? searchDatabase(file, traces) : []),
  ]);
}

/** Every file under a folder. */
export function filesUnder(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** All rows of a table; blobs as Buffer. */
export function readTable(file: string, table: string): Record<string, unknown>[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare(`SELECT * FROM "${table}"`).all([]) as Record<string, unknown>[];
  } finally {
    database.close();
  }
}

function searchDatabase(file: string, traces: readonly Trace[]): Find[] {
  const tables = readTable(file, 'sqlite_master')
    .filter(({ type }) => type === 'table')
    .map(({ name }) => String(name));
  return tables.flatMap((table) => {
    const values = readTable(file, table).flatMap((row) => Object.values(row).map(bytesOf));
    return search(Buffer.concat(values), `${file}, table ${table}`, traces);
  });
}

/** A value with something before it that no trace begins with. */
function bytesOf(value: unknown): Buffer {
  const bytes = value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(String(value));
  return Buffer.concat([Buffer.from('\n'), bytes]);
}
