// Compiles every TypeScript file to dist/, next to nothing else: swc keeps the decorator metadata that Nest
// needs and rewrites the @tacit/* aliases, which come from tsconfig.json. Types are checked by `npm run types`.
const fs = require('node:fs');
const path = require('node:path');
const swc = require('@swc/core');
const { compilerOptions } = require('../tsconfig.json');

const root = path.join(__dirname, '..');
const out = path.join(root, 'dist');

function* sources(directory) {
  for (const entry of fs.readdirSync(directory, { withFileTypes: true })) {
    const file = path.join(directory, entry.name);
    if (entry.isDirectory()) yield* sources(file);
    else if (/\.ts$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name)) yield file;
  }
}

async function compile(file) {
  const target = path.join(out, path.relative(root, file)).replace(/\.ts$/, '.js');
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

async function build() {
  const files = ['apps', 'libs', 'tools', 'test', 'bench']
    .map((folder) => path.join(root, folder))
    .filter((folder) => fs.existsSync(folder))
    .flatMap((folder) => [...sources(folder)]);
  fs.rmSync(out, { recursive: true, force: true });
  await Promise.all(files.map(compile));
  return files.length;
}

module.exports = { build };

if (require.main === module) {
  build().then(
    (count) => console.error(`built ${count} files`),
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
