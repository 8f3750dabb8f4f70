// Plain JavaScript without dependencies: this runs before anything is installed or built.
const fs = require('node:fs');
const path = require('node:path');

const POLL_MS = 300;

/**
 * Runs `work` while no other process on this machine holds `lockFile`, so that two commands started at once do not
 * install or build over each other. A lock whose owner has died counts for nothing.
 */
async function exclusively(lockFile, onWait, work) {
  fs.mkdirSync(path.dirname(lockFile), { recursive: true, mode: 0o700 });
  for (let told = false; !claim(lockFile); told = true) {
    if (!told) onWait();
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lockFile, { force: true });
  }
}

function claim(lockFile) {
  // The name appears together with its content: a link, unlike a write, is never seen half done.
  const draft = `${lockFile}.${process.pid}`;
  fs.writeFileSync(draft, String(process.pid));
  try {
    fs.linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeIfAbandoned(lockFile);
    return false;
  } finally {
    fs.rmSync(draft);
  }
}

function removeIfAbandoned(lockFile) {
  const owner = readOwner(lockFile);
  if (owner === undefined || isAlive(owner)) return;
  const removed = `${lockFile}.${process.pid}.removed`;
  try {
    fs.renameSync(lockFile, removed);
  } catch {
    return; // another process was first
  }
  // Between the two looks a new owner may have come: give the lock back.
  if (readOwner(removed) !== owner) fs.linkSync(removed, lockFile);
  fs.rmSync(removed);
}

function readOwner(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

module.exports = { exclusively };
