// node tools/lint.mjs [files …]: ESLint over the whole repository in one process, which shares one TypeScript program.
// The rule for the borders between projects needs Nx's project graph, and passes everything without it: it is made first.
import { createProjectGraphAsync } from '@nx/devkit';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
await createProjectGraphAsync({ exitOnError: true });

const files = process.argv.slice(2);
const args = [
  '--max-warnings',
  '0',
  '--cache',
  '--cache-location',
  '.cache/eslint/',
  ...(files.length > 0 ? files : ['.']),
];
const eslint = spawn(process.execPath, ['node_modules/eslint/bin/eslint.js', ...args], { stdio: 'inherit' });
eslint.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
