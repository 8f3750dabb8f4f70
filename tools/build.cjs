// Compiles every TypeScript file to dist/, next to nothing else: swc keeps the decorator metadata that Nest
// needs and rewrites the @tacit/* aliases, which come from tsconfig.json. Types are checked by `npm run types`.
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

const root = path.join(__dirname, '..');
const out = path.join(root, 'dist');
const stampFile = path.join(out, '.stamp');
/** What the compiled files depend on beside their sources. */
const inputs = ['tsconfig.json', 'package-lock.json', 'tools/build.cjs'];

function* filesIn(directory) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* filesIn(file);
    else if (/\.ts$/.test(entry.name) && !/\.(test|fixture|d)\.ts$/.test(entry.name)) yield file;
  }
}

function sources() {
  return ['apps', 'libs', 'chaincode', 'fabric-network', 'tools', 'test', 'bench']
    .map((folder) => path.join(root, folder))
    .filter((folder) => fs.existsSync(folder))
    .flatMap((folder) => [...filesIn(folder)])
    .sort();
}

/** Names the content of all sources and of what compiles them. */
function fingerprint(files) {
  const hash = crypto.createHash('sha256');
  for (const file of [...inputs.map((name) => path.join(root, name)), ...files]) {
    const content = fs.readFileSync(file);
    hash.update(`${path.relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Whether dist/ is what the present sources compile to. */
function isBuilt() {
  return fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === fingerprint(sources());
}

async function compile(file, staging) {
  const swc = require('@swc/core');
  const { compilerOptions } = require('../tsconfig.json');
  const target = path.join(staging, path.relative(root, file)).replace(/\.ts$/, '.js');
  const { code, map } = await swc.transformFile(file, {
    cwd: root,
    swcrc: false,
    sourceMaps: true,
    jsc: {
      target: 'es2022',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      baseUrl: root,
      paths: compilerOptions.paths,
    },
    module: { type: 'commonjs' },
  });
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, `${code}\n//# sourceMappingURL=${path.basename(target)}.map\n`);
  if (map) fs.writeFileSync(`${target}.map`, map);
}

/** Compiles beside dist/ and swaps at the end: a process that starts meanwhile finds the old files or the new. */
async function build() {
  const files = sources();
  const stamp = fingerprint(files);
  const cache = path.join(root, 'node_modules', '.cache');
  fs.mkdirSync(cache, { recursive: true });
  const work = fs.mkdtempSync(path.join(cache, 'tacit-build-'));
  try {
    const staging = path.join(work, 'dist');
    await Promise.all(files.map((file) => compile(file, staging)));
    fs.writeFileSync(path.join(staging, path.basename(stampFile)), stamp);
    if (fs.existsSync(out)) fs.renameSync(out, path.join(work, 'old'));
    fs.renameSync(staging, out);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  return files.length;
}

module.exports = { build, isBuilt };

if (require.main === module) {
  build().then(
    (count) => console.error(`built ${count} files`),
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
