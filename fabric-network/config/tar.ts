import { gzipSync } from 'node:zlib';

export interface TarEntry {
  readonly name: string;
  readonly content: Uint8Array;
}

const BLOCK = 512;
/** Byte of gzip's header that names the operating system; 255 is "unknown". */
const GZIP_OS_OFFSET = 9;

/**
 * A `.tar.gz` that depends on nothing but its entries: no times, owners or file modes of this machine, stored without
 * compression so that the version of zlib does not show.
 * @param entries in this order; names of at most 100 bytes
 */
export function tarGz(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, content }) => [header(name, content.length), padded(content)]);
  const tar = Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
  const archive = gzipSync(tar, { level: 0 });
  archive[GZIP_OS_OFFSET] = 255;
  return archive;
}

/** A POSIX ustar header. */
function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name for this archive`);
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  octal(block, 0o644, 100, 8);
  octal(block, 0, 108, 8);
  octal(block, 0, 116, 8);
  octal(block, size, 124, 12);
  octal(block, 0, 136, 12);
  block.write('0', 156);
  block.write('ustar\u000000', 257);
  // The checksum is computed with its own field full of spaces.
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function octal(block: Buffer, value: number, offset: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset);
}

function padded(content: Uint8Array): Buffer {
  const block = Buffer.alloc(Math.ceil(content.length / BLOCK) * BLOCK);
  block.set(content);
  return block;
}
