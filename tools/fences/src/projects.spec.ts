import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BOUNDARIES = '@nx/enforce-module-boundaries';

/** File, source, and the rule that must turn red; `undefined` for a control that must stay green. */
const cases: readonly (readonly [title: string, file: string, source: string, rule: string | undefined])[] = [
  ['kernel uses platform', 'libs/errors/src/planted-1.ts', `import '@keyledger/messaging-nats';`, BOUNDARIES],
  ['contract uses platform', 'libs/contracts/vault/src/planted-2.ts', `import '@keyledger/config';`, BOUNDARIES],
  [
    'contract uses contract',
    'libs/contracts/vault/src/planted-3.ts',
    `import '@keyledger/contracts-audit';`,
    BOUNDARIES,
  ],
  ['platform uses contract', 'libs/nest-kit/src/planted-4.ts', `import '@keyledger/contracts-vault';`, BOUNDARIES],
  ['registry uses secrets', 'services/registry/src/planted-5.ts', `import '@keyledger/secrets';`, BOUNDARIES],
  ['gateway uses secrets', 'services/gateway-graphql/src/planted-6.ts', `import '@keyledger/secrets';`, BOUNDARIES],
  ['kernel uses secrets', 'libs/messaging/src/planted-7.ts', `import '@keyledger/secrets';`, BOUNDARIES],
  [
    'service uses service',
    'services/vault/src/planted-8.ts',
    `import '@keyledger/service-audit';`,
    'no-restricted-imports',
  ],
  ['service reaches into service', 'services/vault/src/planted-9.ts', `import '../../audit/src/main.ts';`, BOUNDARIES],
  [
    'relative path into a lib',
    'services/vault/src/planted-10.ts',
    `import '../../../libs/errors/src/app-error.ts';`,
    BOUNDARIES,
  ],
  [
    'test helper outside a test',
    'services/vault/src/planted-11.ts',
    `import '@keyledger/event-sourcing/testing';`,
    'no-restricted-imports',
  ],
  [
    'test servers outside a test',
    'services/vault/src/planted-12.ts',
    `import '@keyledger/testing';`,
    'no-restricted-imports',
  ],
  [
    'environment outside config.ts',
    'services/vault/src/planted-13.ts',
    'export const x = process.env;',
    'no-restricted-properties',
  ],
  ['process.exit', 'services/vault/src/planted-14.ts', 'process.exit(1);', 'no-restricted-properties'],
  [
    'clock in the domain',
    'services/vault/src/domain/planted-15.ts',
    'export const n = Date.now();',
    'no-restricted-syntax',
  ],
  [
    'new Date() in the domain',
    'services/vault/src/domain/planted-16.ts',
    'export const n = new Date();',
    'no-restricted-syntax',
  ],
  [
    'random id in the domain',
    'services/vault/src/domain/planted-17.ts',
    'export const n = randomUUID();',
    'no-restricted-syntax',
  ],
  ['vault uses secrets', 'services/vault/src/control-1.ts', `import '@keyledger/secrets';`, undefined],
  ['delivery uses secrets', 'services/delivery/src/control-2.ts', `import '@keyledger/secrets';`, undefined],
  ['service uses contract', 'services/vault/src/control-3.ts', `import '@keyledger/contracts-approval';`, undefined],
  [
    'test helper in a test',
    'services/vault/src/control-4.spec.ts',
    `import '@keyledger/event-sourcing/testing';`,
    undefined,
  ],
  ['environment in config.ts', 'services/vault/src/config.ts', 'export const x = process.env;', undefined],
];

describe('borders between projects', () => {
  let broken: Record<string, readonly string[]>;

  beforeAll(async () => {
    const script = fileURLToPath(new URL('./lint-planted.mjs', import.meta.url));
    broken = await new Promise((resolve, reject) => {
      const child = execFile(process.execPath, [script], (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as Record<string, string[]>);
        else reject(new Error(stderr, { cause: error }));
      });
      child.stdin?.end(JSON.stringify(Object.fromEntries(cases.map(([, file, source]) => [file, source]))));
    });
  }, 60_000);

  it.each(cases)('%s', (_title, file, _source, rule) => {
    expect(broken[file]).toEqual(rule === undefined ? [] : expect.arrayContaining([rule]));
  });
});
