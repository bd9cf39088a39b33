import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { AppError } from '@keyledger/errors';
import type { EventStore, Position, Projection, StreamName } from '@keyledger/event-sourcing';
import { openPostgresEventStore } from '@keyledger/event-store-postgres';
import type pg from 'pg';
import { type ProjectionLogger, ProjectionRunner } from '../src/index.ts';
import { anEvent, anyStream, countsIn, orders } from './order-projection.ts';
import { serviceDatabase, type ServiceDatabase } from './service-database.ts';

jest.setTimeout(60_000);

type OrderProjection = Projection<pg.ClientBase>;

describe('ProjectionRunner', () => {
  let service: ServiceDatabase;
  let eventStore: EventStore;

  beforeAll(async () => {
    service = await serviceDatabase();
    eventStore = openPostgresEventStore(service.database.urlFor('vault'));
  });

  afterAll(async () => {
    await eventStore.close();
    await service.close();
  });

  const replica = (projections: readonly OrderProjection[] = [orders], logger?: ProjectionLogger): ProjectionRunner =>
    new ProjectionRunner({ eventStore, pool: service.pool, projections, ...(logger === undefined ? {} : { logger }) });

  /** Runs replicas for as long as `work` takes. */
  const whileRunning = async (
    runners: readonly Pick<ProjectionRunner, 'run'>[],
    work: () => Promise<void>,
  ): Promise<void> => {
    const stop = new AbortController();
    const running = Promise.all(runners.map((runner) => runner.run(stop.signal)));
    try {
      await Promise.race([work(), running]);
    } finally {
      stop.abort();
      await running;
    }
  };

  /** Writes to several streams at once and returns how many events each holds, with the last position. */
  const write = async (rounds: number): Promise<{ counts: Record<string, number>; last: Position }> => {
    const counts: Record<string, number> = {};
    const positions = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const stream = anyStream();
        counts[stream] = rounds;
        let result = await eventStore.append(stream, [anEvent()], 'no-stream');
        for (let round = 1; round < rounds; round += 1) {
          result = await eventStore.append(stream, [anEvent()], result.revision);
        }
        return result.position;
      }),
    );
    return { counts, last: positions.sort().at(-1)! };
  };

  const read = (counts: Record<string, number>): Promise<Record<string, number>> =>
    countsIn(service.pool, Object.keys(counts) as StreamName[]);

  it('builds the read model from what is there and from what comes', async () => {
    const before = await write(3);
    const runner = replica();
    await whileRunning([runner], async () => {
      await runner.awaitCheckpoint('orders', before.last);
      expect(await read(before.counts)).toEqual(before.counts);
      const live = await write(2);
      await runner.awaitCheckpoint('orders', live.last);
      expect(await read(live.counts)).toEqual(live.counts);
    });
  });

  it('goes on where it stopped', async () => {
    const missed = await write(2);
    const runner = replica();
    await whileRunning([runner], async () => {
      await runner.awaitCheckpoint('orders', missed.last);
      expect(await read(missed.counts)).toEqual(missed.counts);
    });
  });

  it('counts every event once however many replicas run', async () => {
    const runners = [replica(), replica(), replica()];
    await whileRunning(runners, async () => {
      const { counts, last } = await write(20);
      for (const runner of runners) await runner.awaitCheckpoint('orders', last);
      expect(await read(counts)).toEqual(counts);
    });
  });

  it('counts every event once when replicas come and go', async () => {
    let isWriting = true;
    const writing = write(40).finally(() => (isWriting = false));
    while (isWriting) {
      const stop = new AbortController();
      const running = [replica(), replica()].map((runner) => runner.run(stop.signal));
      const { position } = await eventStore.append(anyStream(), [anEvent()], 'no-stream');
      await replica().awaitCheckpoint('orders', position);
      stop.abort();
      await Promise.all(running);
    }
    const { counts, last } = await writing;
    const runner = replica();
    await whileRunning([runner], async () => {
      await runner.awaitCheckpoint('orders', last);
      expect(await read(counts)).toEqual(counts);
    });
  });

  it('rebuilds while events are being written and other replicas run', async () => {
    const runners = [replica(), replica()];
    const before = await write(5);
    await whileRunning(runners, async () => {
      const writing = write(20);
      await replica().rebuild('orders');
      const live = await writing;
      await replica().rebuild('orders');
      await runners[0]!.awaitCheckpoint('orders', live.last);
      const counts = { ...before.counts, ...live.counts };
      expect(await read(counts)).toEqual(counts);
    });
  });

  it('moves neither rows nor checkpoint when an event of a batch fails, and tries a transient fault again', async () => {
    let failures = 0;
    const seen: { counts: Record<string, number>; checkpoint: unknown }[] = [];
    const stumbling: OrderProjection = {
      ...orders,
      apply: async (event, tx) => {
        await orders.apply(event, tx);
        if (event.type !== 'Stumbling' || failures === 3) return;
        failures += 1;
        const checkpoint = await service.pool.query("select position from checkpoints where processor ~ 'orders'");
        seen.push({ counts: await read({ [stream]: 0 }), checkpoint: checkpoint.rows });
        throw new AppError('unavailable', 'Not now');
      },
    };
    const stream = anyStream();
    const { position } = await eventStore.append(stream, [anEvent(), anEvent(), anEvent('Stumbling')], 'no-stream');
    const warn = jest.fn<ProjectionLogger['warn']>();
    const runner = replica([stumbling], { warn, error: () => undefined });
    await whileRunning([runner], async () => {
      await runner.awaitCheckpoint('orders', position);
    });
    expect(await read({ [stream]: 0 })).toEqual({ [stream]: 3 });
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
    expect(seen[0]?.counts).toEqual({});
    expect(warn.mock.calls.map(([fields]) => fields)).toMatchObject([
      { projection: 'orders' },
      { projection: 'orders' },
      { projection: 'orders' },
    ]);
  });

  it('stops a projection that meets a defect and keeps the others running', async () => {
    const broken: OrderProjection = {
      ...orders,
      name: 'broken',
      apply: (event) => (event.type === 'Poison' ? Promise.reject(new TypeError('cannot read')) : Promise.resolve()),
    };
    const reported = Promise.withResolvers<object>();
    const runner = replica([broken, orders], { warn: () => undefined, error: reported.resolve });
    await whileRunning([runner], async () => {
      const poison = await eventStore.append(anyStream(), [anEvent('Poison')], 'no-stream');
      expect(await reported.promise).toMatchObject({ projection: 'broken', err: expect.any(TypeError) });
      expect(await runner.check()).toEqual({ status: 'degraded', reason: 'Stopped: broken' });
      await expect(runner.awaitCheckpoint('broken', poison.position)).rejects.toMatchObject({ code: 'internal' });
      const { last, counts } = await write(2);
      await runner.awaitCheckpoint('orders', last);
      expect(await read(counts)).toEqual(counts);
    });
  });

  it('lasts until it is told to stop, also when a defect has stopped all of its projections', async () => {
    const broken: OrderProjection = { ...orders, name: 'broken', apply: () => Promise.reject(new TypeError('no')) };
    const reported = Promise.withResolvers<object>();
    const runner = replica([broken], { warn: () => undefined, error: reported.resolve });
    expect(await runner.check()).toEqual({ status: 'up' });
    let hasEnded = false;
    await whileRunning([{ run: (signal) => runner.run(signal).finally(() => (hasEnded = true)) }], async () => {
      await eventStore.append(anyStream(), [anEvent()], 'no-stream');
      await reported.promise;
      await new Promise((resolve) => setImmediate(resolve));
      expect(hasEnded).toBe(false);
    });
    expect(hasEnded).toBe(true);
  });

  it('continues after its connections were cut', async () => {
    const runner = replica();
    await whileRunning([runner], async () => {
      for (let round = 0; round < 3; round += 1) {
        const { counts, last } = await write(2);
        await service.cutConnections();
        await runner.awaitCheckpoint('orders', last);
        expect(await read(counts)).toEqual(counts);
      }
    });
  });

  it('says so when a projection does not get there in time or does not exist', async () => {
    const { position } = await eventStore.append(anyStream(), [anEvent()], 'no-stream');
    const idle = replica();
    await expect(idle.awaitCheckpoint('orders', position, { timeoutMs: 1 })).rejects.toMatchObject({
      code: 'deadline-exceeded',
    });
    await expect(idle.awaitCheckpoint('unknown', position)).rejects.toMatchObject({ code: 'not-found' });
    await expect(idle.rebuild('unknown')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('refuses two projections of the same name', () => {
    expect(() => replica([orders, orders])).toThrow('same name');
  });
});
