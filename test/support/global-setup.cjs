// The companies run from dist/: a test must never see yesterday's build.
const { build, isBuilt } = require('../../tools/build.cjs');

module.exports = async () => {
  if (!isBuilt()) await build();
};
