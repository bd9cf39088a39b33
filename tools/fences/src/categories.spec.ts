import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../../..');

const found = (pattern: string, expression: RegExp): readonly (readonly [string, string])[] =>
  globSync(pattern, { cwd: root }).flatMap((file) =>
    [...readFileSync(path.join(root, file), 'utf8').matchAll(expression)].map(
      ([, name = '', owner = file.split(path.sep)[1] ?? '']) => [name, owner] as const,
    ),
  );

// A category without an owner is written in memory, and refused by the real event store.
it('every category of streams is owned by the service that decides about it', () => {
  const decided = found('services/*/src/{domain/*/*.decider,application/*-streams}.ts', /^ {2}category: '(\w+)',$/gm);
  const owned = found('libs/event-store-postgres/migrations/*.sql', /\('(\w+)', 'keyledger_(\w+)'\)/g);
  expect(decided.length).toBeGreaterThan(10);
  expect(Object.fromEntries(owned)).toEqual(Object.fromEntries(decided));
});
