// Entry of every npm script: installs and builds what is missing, then runs the compiled tool in this same process,
// so that signals and exit codes need no passing on. Plain JavaScript without dependencies, because on a fresh clone
// there are none. Whatever it says goes to standard error: standard output belongs to the tool.
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { isBuilt } = require('./build.cjs');
const { exclusively } = require('./exclusive.cjs');
const { isInstalled } = require('./installed.cjs');
const { engines } = require('../package.json');

const root = path.join(__dirname, '..');
const PROGRESS_MS = 10_000;
const PARENT_POLL_MS = 500;

/** Something that a person can do something about: told in words, without a stack. */
class SetupError extends Error {}

async function main([tool, ...args]) {
  if (tool === undefined) throw new SetupError('usage: node tools/run.cjs <tool> [arguments]');
  checkNode();
  await exclusively(
    path.join(root, '.tacit', 'setup.lock'),
    () => say('another command is installing or building here; waiting for it'),
    prepare,
  );
  if (tool === 'build') return;
  const entry = path.join(root, 'dist', tool.includes('/') ? tool : path.join('tools', tool)) + '.js';
  if (!fs.existsSync(entry)) throw new SetupError(`there is no tool ${tool}`);
  process.argv = [process.argv[0], entry, ...args];
  if (process.env.npm_lifecycle_event !== undefined) endWithParent();
  require(entry);
}

/** npm hands a signal to the shell between the two of them, which dies of it without a word to its child. */
function endWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS);
  watch.unref();
}

function checkNode() {
  const wanted = /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > wanted[0] || (major === wanted[0] && minor >= wanted[1])) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old: Tacit needs ${engines.node}. Install it from https://nodejs.org`,
  );
}

async function prepare() {
  if (!isInstalled(root)) await install();
  if (isBuilt()) return;
  say('building');
  if ((await run(process.execPath, [path.join(__dirname, 'build.cjs')])) !== 0) {
    throw new SetupError('the build failed; the lines above say where');
  }
}

async function install() {
  say('installing the packages that package-lock.json names; about a minute');
  // Not `npm ci`: it insists on lock entries for every platform's optional binaries. The lock is honoured all the same.
  const args = ['install', '--no-save', '--include=dev', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const started = Date.now();
  const progress = setInterval(
    () => say(`still installing, ${Math.round((Date.now() - started) / 1000)} s`),
    PROGRESS_MS,
  );
  try {
    const code = /npm-cli\.c?js$/.test(npm ?? '')
      ? await run(process.execPath, [npm, ...args])
      : await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
    if (code !== 0) {
      throw new SetupError(
        'the packages could not be installed; the lines above say why. Without a network, or behind a proxy, ' +
          'set `registry` and `proxy` in ~/.npmrc, then run the command again',
      );
    }
  } finally {
    clearInterval(progress);
  }
}

/** Runs a program with its output on standard error; resolves to its exit code. Ends it when this process ends. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    const settle = () => process.off('SIGINT', pass).off('SIGTERM', pass);
    child.once('error', (cause) => {
      settle();
      reject(new SetupError(`${command} cannot be started: ${cause.message}`));
    });
    child.once('exit', (code, signal) => {
      settle();
      if (signal === null) resolve(code);
      else reject(new SetupError(`stopped by ${signal}`));
    });
  });
}

function say(text) {
  process.stderr.write(`tacit: ${text}\n`);
}

main(process.argv.slice(2)).catch((error) => {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = 1;
});
