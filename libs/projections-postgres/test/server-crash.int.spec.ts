import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { AppendResult, EventStore, StreamName } from '@keyledger/event-sourcing';
import { openPostgresEventStore } from '@keyledger/event-store-postgres';
import { startThrowAwayPostgres } from '@keyledger/testing';
import pg from 'pg';
import { ProjectionRunner } from '../src/index.ts';
import { anEvent, anyStream, countsIn, orders } from './order-projection.ts';
import { serviceDatabase, type ServiceDatabase } from './service-database.ts';

jest.setTimeout(60_000);

/** What no commit waits for reaches the disk late. */
const LATE = { wal_writer_delay: '10s' };

const session = async (adminUrl: string): Promise<{ pid: number; ended: Promise<void> }> => {
  const client = new pg.Client({ connectionString: adminUrl });
  const ended = new Promise<void>((resolve) => client.once('error', () => resolve()));
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return { pid: rows[0]?.pid ?? 0, ended };
};

/** Kills one of its sessions: the server then ends all of them, forgets what is not on the disk, and recovers. */
const crash = async (adminUrl: string): Promise<void> => {
  const [victim, witness] = [await session(adminUrl), await session(adminUrl)];
  process.kill(victim.pid, 'SIGKILL');
  await witness.ended;
};

const untilAnswered = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  for (;;) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
  }
};

describe('when the server crashes and forgets the commits that did not wait for the disk', () => {
  let service: ServiceDatabase;
  let eventStore: EventStore;

  beforeAll(async () => {
    service = await serviceDatabase(startThrowAwayPostgres({ isDurable: true, settings: LATE }));
    eventStore = openPostgresEventStore(service.database.urlFor('vault'));
  });

  afterAll(async () => {
    await eventStore.close();
    await service.close();
  });

  /** Lets a projection build the row of one event, crashes the server, and goes on with `after`. */
  const crashBehind = async (
    after: (runner: ProjectionRunner, built: AppendResult) => Promise<StreamName[]>,
  ): Promise<void> => {
    const runner = new ProjectionRunner({ eventStore, pool: service.pool, projections: [orders] });
    const stop = new AbortController();
    const running = runner.run(stop.signal);
    const stream = anyStream();
    try {
      const built = await eventStore.append(stream, [anEvent()], 'no-stream');
      await runner.awaitCheckpoint('orders', built.position);
      await crash(service.database.adminUrl);
      const streams = [stream, ...(await after(runner, built))];
      const once = Object.fromEntries(streams.map((each) => [each, 1]));
      expect(await untilAnswered(() => countsIn(service.pool, streams))).toEqual(once);
    } finally {
      stop.abort();
      await running;
    }
  };

  it('a projection builds the forgotten rows again before the next ones', async () => {
    await crashBehind(async (runner) => {
      const [stream, event] = [anyStream(), anEvent()];
      const { position } = await untilAnswered(() => eventStore.append(stream, [event], 'no-stream'));
      await runner.awaitCheckpoint('orders', position);
      return [stream];
    });
  });

  it('a projection builds the forgotten rows again when nothing new comes', async () => {
    await crashBehind(async (runner, { position }) => {
      await runner.awaitCheckpoint('orders', position);
      return [];
    });
  });
});
