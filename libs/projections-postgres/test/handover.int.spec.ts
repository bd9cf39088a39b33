import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Checkpoint, newId } from '@keyledger/event-sourcing';
import { postgresCheckpointStore } from '../src/index.ts';
import { serviceDatabase, type ServiceDatabase } from './service-database.ts';

jest.setTimeout(30_000);

const fileOf = (path: string): string => new URL(path, import.meta.url).pathname;

describe('when the process that holds a checkpoint is killed', () => {
  let service: ServiceDatabase;
  let holder: ChildProcess | undefined;

  beforeAll(async () => {
    service = await serviceDatabase();
  });

  afterAll(async () => {
    holder?.kill('SIGKILL');
    await service.close();
  });

  it('another takes over by itself and goes on at its checkpoint', async () => {
    const processor = newId();
    holder = spawn(
      process.execPath,
      [
        '--conditions=@keyledger/source',
        `--import=${fileOf('../../../tools/swc-register.mjs')}`,
        fileOf('./hold-forever.ts'),
        service.database.urlFor('vault'),
        processor,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { PATH: process.env.PATH } },
    );
    await once(holder.stdout!, 'data');

    let isAlive = true;
    const stop = new AbortController();
    const begun = Promise.withResolvers<{ checkpoint: Checkpoint | undefined; whileAlive: boolean }>();
    const waiting = postgresCheckpointStore({ pool: service.pool, holder: 'spec' }).hold(
      processor,
      stop.signal,
      ({ checkpoint }) => Promise.resolve(begun.resolve({ checkpoint, whileAlive: isAlive })),
    );
    isAlive = false;
    holder.kill('SIGKILL');
    await waiting;
    expect(await begun.promise).toEqual({ checkpoint: { position: '41' }, whileAlive: false });
  });
});
