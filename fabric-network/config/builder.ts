/**
 * The external builder by which a peer takes chaincode that runs as a service: it builds nothing and hands the
 * package's connection.json to the peer. Shell scripts, because a peer's image has nothing else.
 */
export const BUILDER_SCRIPTS: Readonly<Record<'detect' | 'build' | 'release', string>> = {
  // $2: folder of metadata.json
  detect: `#!/bin/sh
set -eu
grep -q '"type" *: *"ccaas"' "$2/metadata.json"
`,
  // $1: folder of the package's content, $3: folder of the build's result
  build: `#!/bin/sh
set -eu
cp "$1/connection.json" "$3/connection.json"
`,
  // $1: folder of the build's result, $2: folder in which the peer looks for chaincode/server/connection.json
  release: `#!/bin/sh
set -eu
mkdir -p "$2/chaincode/server"
cp "$1/connection.json" "$2/chaincode/server/connection.json"
`,
};
