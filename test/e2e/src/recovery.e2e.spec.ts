import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { exportHistory } from './history.ts';
import { askMany, type Asked, outcomesOf, wellEnded } from './load.ts';
import { startSystem, type System } from './system.ts';

jest.setTimeout(240_000);

describe('what was stopped or lost', () => {
  let system: System;
  let early: readonly Asked[];

  beforeAll(async () => {
    system = await startSystem({ isDurable: true });
    early = await askMany(system, 10, 'early');
  });

  afterAll(() => system?.stop());

  it('JetStream heals when its data is deleted while it is stopped, with requests under way', async () => {
    await system.stack.pause('nats');
    await rm(path.join(system.stack.data.nats, 'jetstream'), { recursive: true, force: true });
    await system.stack.resume('nats');
    const late = await askMany(system, 10, 'late');
    const all = [...early, ...late];
    expect(await outcomesOf(system, all)).toEqual(all.map(wellEnded));
  });

  it('a second start finds everything again: the history, and requests go on', async () => {
    const before = await system.gateway.until(
      () => exportHistory(system),
      (events) => events.filter(({ type }) => type.includes('LinkOpened')).length === 20,
    );
    await system.pause();
    system = await startSystem({ isDurable: true, directory: system.directory });
    const after = await exportHistory(system);
    expect(after.slice(0, before.length)).toEqual(before);
    const next = await askMany(system, 3, 'next');
    expect(await outcomesOf(system, next)).toEqual(next.map(wellEnded));
  });
});
