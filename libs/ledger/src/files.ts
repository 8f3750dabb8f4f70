import * as fs from 'node:fs';
import * as path from 'node:path';

/** Makes a directory's entries survive a power cut: a file's own fsync does not cover its name. */
export function syncDirectory(dir: string): void {
  const handle = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Replaces a file so that every reader sees the whole old or the whole new content, also after a crash. */
export function replaceFile(file: string, content: string): void {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, content, { mode: 0o600, flush: true });
  fs.renameSync(draft, file);
  syncDirectory(path.dirname(file));
}
