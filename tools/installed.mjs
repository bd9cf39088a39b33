import { readFileSync } from 'node:fs';
import path from 'node:path';

const read = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
};

/**
 * What package-lock.json demands and node_modules lacks or has in another version, by npm's own record of what it
 * installed. Packages that are optional (for other platforms) may be absent.
 */
export const missingDependencies = (root) => {
  const wanted = read(path.join(root, 'package-lock.json')) ?? {};
  const installed = read(path.join(root, 'node_modules/.package-lock.json'));
  if (!installed) return ['everything'];
  return Object.entries(wanted)
    .filter(([name]) => name.startsWith('node_modules/') || name.includes('/node_modules/'))
    .filter(([name, { optional, version, link }]) => {
      const found = installed[name];
      if (!found) return !optional;
      return !link && found.version !== version;
    })
    .map(([name]) => name.replace(/^.*node_modules\//, ''));
};
