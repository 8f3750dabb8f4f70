// `npm run doctor`: what is missing on this machine, or in the way. Plain JavaScript, because it must be able to say
// that nothing is installed; whatever it asks of a package it asks carefully.
const { spawnSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { isBuilt } = require('./build.cjs');
const { isInstalled } = require('./installed.cjs');
const { engines } = require('../package.json');

const root = path.join(__dirname, '..');
const stateRoot = path.join(root, '.tacit');
const USUAL_PORTS = [3001, 3002, 3003, 4001, 4002, 4003];
const GIB = 2 ** 30;
/** The three companies take well under this while they make keys. */
const MEMORY_NEEDED = GIB;
const DISK_NEEDED = GIB;

const ok = (text) => ({ level: 'ok', text });
const warn = (text, todo) => ({ level: 'warn', text, todo });
const fail = (text, todo) => ({ level: 'FAIL', text, todo });

function checkNode() {
  const wanted = /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number);
  const [major, minor] = process.versions.node.split('.').map(Number);
  const text = `Node ${process.versions.node}, needed ${engines.node}`;
  const enough = major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);
  return enough ? ok(text) : fail(text, 'install a newer one from https://nodejs.org');
}

function checkPackages() {
  if (isInstalled(root)) return ok('packages are as package-lock.json names them');
  return warn(
    'packages are missing or not those of package-lock.json',
    'any command installs them: npm run build',
  );
}

function checkBuild() {
  if (isBuilt()) return ok('dist/ is built from the present sources');
  return warn('dist/ is not built from the present sources', 'any command builds it: npm run build');
}

/** The database driver brings its binary along; on a platform without one it cannot be loaded. */
function checkDatabase() {
  if (!fs.existsSync(path.join(root, 'node_modules', 'libsql'))) {
    return warn('the database driver is not installed yet', 'npm run build');
  }
  try {
    const Libsql = require('libsql');
    const database = new Libsql(':memory:');
    const [row] = database.prepare('SELECT 6 * 7 AS answer').all([]);
    database.close();
    if (row.answer === 42) return ok('the database driver (libsql) works');
    return fail('the database driver (libsql) computes wrongly', 'remove node_modules and run npm run build');
  } catch (error) {
    return fail(
      `the database driver (libsql) cannot be loaded: ${error.message}`,
      'remove node_modules and run npm run build; libsql has binaries for Linux, macOS and Windows on x64 and arm64',
    );
  }
}

/** Fast powers go through OpenSSL's Diffie–Hellman, which a FIPS or otherwise restricted OpenSSL may refuse. */
function checkPowers() {
  const modulus = (1n << 2048n) - 1942289n;
  const exponent = 65537n;
  const base = 3n ** 800n;
  const bytes = (value) => Buffer.from(value.toString(16).padStart(512, '0'), 'hex');
  let expected = 1n;
  for (let i = 0; i < 16; i++) expected = i === 0 ? (base * base) % modulus : (expected * expected) % modulus;
  expected = (expected * base) % modulus;
  try {
    const exchange = crypto.createDiffieHellman(bytes(modulus), 2);
    exchange.setPrivateKey(bytes(exponent));
    const power = BigInt(`0x${exchange.computeSecret(bytes(base)).toString('hex')}`);
    if (power === expected) return ok(`OpenSSL ${process.versions.openssl} computes powers of big numbers`);
    return fail(`OpenSSL ${process.versions.openssl} computes wrong powers`, 'use an official build of Node');
  } catch (error) {
    return fail(
      `OpenSSL ${process.versions.openssl} refuses powers of big numbers: ${error.message}`,
      'use an official build of Node, without FIPS mode',
    );
  }
}

function checkMachine() {
  const cores = os.availableParallelism();
  const text = `${cores} cores, ${gib(os.freemem())} of ${gib(os.totalmem())} memory free`;
  if (os.freemem() < MEMORY_NEEDED)
    return warn(text, `the demo takes up to ${gib(MEMORY_NEEDED)}: close something`);
  if (cores < 2) return warn(text, 'keys are made on all cores; with one, the demo takes minutes');
  return ok(text);
}

function checkState() {
  try {
    fs.mkdirSync(stateRoot, { recursive: true, mode: 0o700 });
    const probe = path.join(stateRoot, `.probe-${process.pid}`);
    fs.writeFileSync(probe, '');
    fs.rmSync(probe);
  } catch (error) {
    return fail(
      `the state folder ${stateRoot} cannot be written: ${error.message}`,
      'give yourself the right to',
    );
  }
  const { bavail, bsize } = fs.statfsSync(stateRoot);
  const text = `state folder ${stateRoot}, ${gib(bavail * bsize)} of disk free`;
  return bavail * bsize < DISK_NEEDED ? warn(text, `keep at least ${gib(DISK_NEEDED)} free`) : ok(text);
}

/** Configurations of the companies that have run here, as the launcher wrote them. */
function configurations() {
  return ['demo', 'demo-fabric', 'start'].flatMap((instance) => {
    const folder = path.join(stateRoot, instance);
    if (!fs.existsSync(folder)) return [];
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => ({ instance, ...JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) }))
      .filter(({ keyFile }) => keyFile !== undefined);
  });
}

function checkKeys(companies) {
  if (companies.length === 0) {
    const folder = path.join(process.env.XDG_CONFIG_HOME ?? path.join(os.homedir(), '.config'), 'tacit');
    return [ok(`no at-rest keys yet; they will be in ${folder}, apart from the state`)];
  }
  return companies.map(({ instance, company, keyFile, stateDir }) => {
    const name = `at-rest key of ${company} (${instance})`;
    if (!fs.existsSync(keyFile)) {
      if (!fs.existsSync(stateDir)) return ok(`${name}: not made yet`);
      return fail(
        `${name}: ${keyFile} is missing`,
        'restore it from its backup, or clear the state: npm run reset',
      );
    }
    const mode = fs.statSync(keyFile).mode & 0o777;
    const text = `${name}: ${keyFile}, mode 0${mode.toString(8)}`;
    return (mode & 0o077) === 0 ? ok(text) : fail(`${text}, so others may read it`, `chmod 600 ${keyFile}`);
  });
}

async function checkPorts(companies) {
  const known = companies.flatMap(({ httpPort, messagingUrl }) => {
    // An inbox on NATS has no port of its own.
    const { port } = new URL(messagingUrl);
    return port === '' ? [httpPort] : [httpPort, Number(port)];
  });
  const ports = [...new Set([...USUAL_PORTS, ...known])].sort((a, b) => a - b);
  const taken = [];
  for (const port of ports) if (!(await isFree(port))) taken.push(port);
  if (taken.length === 0) return ok(`ports ${ports.join(', ')} are free`);
  return warn(
    `ports in use: ${taken.map((port) => `${port}${userOf(port)}`).join(', ')}`,
    'fine if that is a running demo or network; else stop it, or use -- --ports auto',
  );
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Who listens, where `lsof` is there to tell. */
function userOf(port) {
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
    encoding: 'utf8',
  });
  const pid = /^p(\d+)$/m.exec(stdout ?? '')?.[1];
  const command = /^c(.+)$/m.exec(stdout ?? '')?.[1];
  return pid === undefined ? '' : ` (${command}, process ${pid})`;
}

function gib(bytes) {
  return `${(bytes / GIB).toFixed(1)} GiB`;
}

async function main() {
  const companies = configurations();
  const findings = [
    checkNode(),
    checkPackages(),
    checkBuild(),
    checkDatabase(),
    checkPowers(),
    checkMachine(),
    checkState(),
    ...checkKeys(companies),
    await checkPorts(companies),
  ];
  for (const { level, text, todo } of findings) {
    console.log(`${level.padEnd(4)}  ${text}${todo === undefined ? '' : `\n      → ${todo}`}`);
  }
  const failures = findings.filter(({ level }) => level === 'FAIL').length;
  console.log(failures === 0 ? '\nNothing is in the way.' : `\n${failures} to put right.`);
  if (failures > 0) process.exitCode = 1;
}

main();
