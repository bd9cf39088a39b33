import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

jest.setTimeout(60_000);

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** One violation per rule; each file is planted into a small copy of the tree and must turn the check red. */
const planted: Readonly<Record<string, readonly [file: string, source: string]>> = {
  'domain-is-pure': ['services/a/src/domain/thing/thing.decider.ts', `import 'node:fs';`],
  'domain-is-pure (framework)': ['services/a/src/domain/thing/thing.state.ts', `import '@nestjs/common';`],
  'domain-is-pure (other layer)': [
    'services/a/src/domain/thing/thing.messages.ts',
    `import type { Port } from '../../application/ports/thing.port.ts';\nexport type P = Port;`,
  ],
  'application-knows-no-adapter': [
    'services/a/src/application/commands/thing.handler.ts',
    `import '../../adapters/postgres/thing.store.ts';`,
  ],
  'application-knows-no-framework': ['services/a/src/application/queries/thing.query.ts', `import 'pg';`],
  'application-does-no-io': ['services/a/src/application/reactors/thing.reactor.ts', `import 'node:net';`],
  'adapters-do-not-import-each-other': [
    'services/a/src/adapters/nats/thing.nats-handlers.ts',
    `import '../postgres/thing.store.ts';`,
  ],
  'services-are-islands': ['services/a/src/adapters/other/thing.client.ts', `import '../../../../b/src/start.ts';`],
  'composition-root-is-a-leaf': ['services/a/src/adapters/other/thing.config.ts', `import '../../config.ts';`],
  'no-circular': ['services/a/src/application/projections/one.ts', `import './two.ts';`],
};

/** What the planted files lean on; without a violation among them. */
const clean: Readonly<Record<string, string>> = {
  'services/a/src/config.ts': 'export const a = 1;',
  'services/a/src/start.ts': `import './application/ports/thing.port.ts';`,
  'services/a/src/application/ports/thing.port.ts': `import type { s } from '../../domain/thing/ok.ts';\nexport type Port = typeof s;`,
  'services/a/src/application/projections/two.ts': 'export const two = 2;',
  'services/a/src/domain/thing/ok.ts': `import { z } from 'zod';\nexport const s = z.string();`,
  'services/a/src/adapters/postgres/thing.store.ts': `import 'pg';`,
  'services/b/src/start.ts': 'export const b = 1;',
};

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly rule: { readonly name: string }; readonly from: string }[];
  };
}

const cruise = (directory: string): Promise<Report> =>
  new Promise((resolve, reject) => {
    const binary = path.join(root, 'node_modules/.bin/depcruise');
    const args = [binary, '--config', '.dependency-cruiser.mjs', '--output-type', 'json', 'services'];
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 64 << 20 }, (error, stdout) => {
      if (stdout === '') reject(error ?? new Error('dependency-cruiser printed nothing'));
      else resolve(JSON.parse(stdout) as Report);
    });
  });

describe('layers inside a service', () => {
  let directory: string;
  let report: Report;

  const plant = async (file: string, source: string): Promise<void> => {
    await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
    await writeFile(path.join(directory, file), `${source}\n`);
  };

  beforeAll(async () => {
    directory = await realpath(await mkdtemp(path.join(tmpdir(), 'keyledger-fences-')));
    for (const file of ['.dependency-cruiser.mjs', 'tsconfig.base.json'])
      await cp(path.join(root, file), path.join(directory, file));
    await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
    for (const [file, source] of Object.entries(clean)) await plant(file, source);
    expect((await cruise(directory)).summary.violations).toEqual([]);
    for (const [file, source] of Object.values(planted)) await plant(file, source);
    await plant('services/a/src/application/projections/two.ts', `import './one.ts';`);
    report = await cruise(directory);
  });

  afterAll(() => rm(directory, { recursive: true, force: true }));

  it.each(Object.entries(planted))('%s: a planted violation is found', (title, [file]) => {
    const found = report.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);
    expect(found).toContain(title.split(' ')[0]);
  });

  it('finds nothing else', () => {
    const expected = new Set(Object.values(planted).map(([file]) => file));
    const others = report.summary.violations.filter(
      ({ from, rule }) => !expected.has(from) && rule.name !== 'no-circular',
    );
    expect(others).toEqual([]);
  });
});

describe('the tree as it is', () => {
  it('keeps its layers', async () => {
    expect((await cruise(root)).summary.violations).toEqual([]);
  });
});
