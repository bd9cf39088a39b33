import { readFileSync } from 'node:fs';

const swcrc = JSON.parse(readFileSync(new URL('./.swcrc', import.meta.url), 'utf8'));
delete swcrc.$schema;
delete swcrc.exclude;
delete swcrc.sourceMaps;
// Jest resolves `.ts` specifiers itself, so they stay as they are written.
swcrc.jsc.rewriteRelativeImportExtensions = false;

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@keyledger/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swcrc, swcrc: false, sourceMaps: 'inline' }] },
  // Level by suffix: `.spec.ts` has no I/O; `.component.spec.ts`, `.int.spec.ts` and `.e2e.spec.ts` need more.
  testMatch:
    process.env.TEST_LEVEL === 'unit'
      ? ['<rootDir>/**/*.spec.ts', '!**/*.int.spec.ts', '!**/*.e2e.spec.ts']
      : ['<rootDir>/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};
