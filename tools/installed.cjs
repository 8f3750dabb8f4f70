// Plain JavaScript without dependencies: this runs before anything is installed or built.
const fs = require('node:fs');
const path = require('node:path');

/**
 * Tells whether node_modules holds what package-lock.json asks for, by comparing it with the list that npm leaves in
 * node_modules when an installation has ended well. Packages for other platforms are optional and may be missing.
 */
function isInstalled(root) {
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const present = readPackages(path.join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || present === undefined) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '') return true;
    const found = present[name];
    if (found === undefined)
      return entry.optional === true || entry.devOptional === true || entry.peer === true;
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

module.exports = { isInstalled };
