// node --conditions=@keyledger/source --import ./tools/swc-register.mjs services/vault/src/main.ts
// Loads TypeScript with decorators through @swc/core. What it makes is cached by content under .cache/swc, and what V8 makes
// of all modules under .cache/v8, so that a second start of six services compiles nothing again.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, enableCompileCache, registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
enableCompileCache(path.join(root, '.cache/v8')); // where that cannot be written it does nothing

const require = createRequire(import.meta.url);
const { version } = require('@swc/core/package.json');
/** The compiler itself is loaded only where something is to be compiled. */
const transform = (source, options) => require('@swc/core').transformSync(source, options);
const config = readFileSync(path.join(root, '.swcrc'), 'utf8');
const swcrc = JSON.parse(config);
delete swcrc.$schema;
delete swcrc.exclude;
swcrc.jsc.rewriteRelativeImportExtensions = false; // Node loads the .ts files themselves
const cache = path.join(root, '.cache/swc');

/** A checkout that belongs to somebody else has no cache for us. */
const keep = (file, code) => {
  const partial = `${file}.${process.pid}`;
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(partial, code);
    renameSync(partial, file);
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code)) throw error;
  }
};

registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !/\.[mc]?ts$/.test(url) || url.includes('/node_modules/'))
      return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const source = readFileSync(filename, 'utf8');
    const key = createHash('sha256')
      .update(version)
      .update(config)
      .update(filename)
      .update('\0')
      .update(source)
      .digest('hex');
    const cached = path.join(cache, `${key}.mjs`);
    let code;
    try {
      code = readFileSync(cached, 'utf8');
    } catch {
      code = transform(source, { ...swcrc, filename, swcrc: false, sourceMaps: 'inline' }).code;
      keep(cached, code);
    }
    return { format: 'module', source: code, shortCircuit: true };
  },
});
