import { globSync, readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { inRepository } from '@keyledger/testing';
import { writers } from '../src/application/audit-cloud-event.ts';

it('exported events name the service that owns their category, for every category of the event store', () => {
  const text = globSync(inRepository('libs/event-store-postgres/migrations/*.sql')).map((file) =>
    readFileSync(file, 'utf8'),
  );
  const owners = [...text.join('\n').matchAll(/\('(\w+)', 'keyledger_(\w+)'\)/g)].map(([, name, owner]) => [
    name,
    owner,
  ]);
  expect(owners.length).toBeGreaterThan(15);
  expect(writers).toEqual(Object.fromEntries(owners));
});
