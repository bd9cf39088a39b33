import { AppError } from '@keyledger/errors';
import { newId, type RecordedEvent, streamName } from '@keyledger/event-sourcing';
import { eventStoreContract } from '@keyledger/event-sourcing/testing';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { openEventStoreDb } from '../src/index.ts';
import { startServerDouble } from './server-double.ts';

jest.setTimeout(60_000);

const anEvent = (type = 'Opened') => ({
  id: newId(),
  type,
  schemaVersion: 1,
  data: { n: 1 },
  metadata: {
    actor: { kind: 'service', id: 'service:test', proof: 'service', roles: ['service'] },
    correlationId: newId(),
    causationId: newId(),
    occurredAt: '2026-03-01T10:00:00.000Z',
  } as const,
});

const double = await startServerDouble();
afterAll(() => double.kill());

eventStoreContract('EventStoreDB (protocol double)', () => openEventStoreDb(double.url));

describe('the EventStoreDB adapter', () => {
  it('leaves out what belongs to the server itself', async () => {
    const store = openEventStoreDb(double.url);
    double.log.append('$settings', [{ id: newId(), system: { type: '$metadata' }, metadata: '', data: '' }], -1);
    const stream = streamName('contractOrder', newId());
    await store.append(stream, [anEvent()], 'no-stream');
    const all: RecordedEvent[] = [];
    for await (const event of store.readAll()) all.push(event);
    expect(all.at(-1)?.stream).toBe(stream);
    expect(all.some((event) => event.stream.startsWith('$'))).toBe(false);
    await store.close();
  });

  it('bridges a server that is killed and comes back: nothing lost, nothing twice', async () => {
    let server = await startServerDouble();
    const store = openEventStoreDb(server.url);
    const type = `Written${newId().replaceAll('-', '')}`;
    const written = Array.from({ length: 40 }, () => anEvent(type));
    for (const event of written.slice(0, 20))
      await store.append(streamName('contractOrder', event.id), [event], 'no-stream');
    const stop = new AbortController();
    const seen: string[] = [];
    let restarted = false;
    for await (const batch of store.subscribe({ filter: { types: [type] }, signal: stop.signal })) {
      seen.push(...batch.events.map(({ id }) => id));
      if (seen.length === 20 && !restarted) {
        restarted = true;
        server.kill();
        server = await startServerDouble(server.log, server.port);
        for (const event of written.slice(20)) {
          const add = (): Promise<unknown> => store.append(streamName('contractOrder', event.id), [event], 'no-stream');
          await add().catch((error: unknown) => {
            expect(error).toMatchObject({ code: 'unavailable' });
            return add();
          });
        }
      }
      if (seen.length >= 40) stop.abort();
    }
    expect(seen).toEqual(written.map(({ id }) => id));
    await store.close();
    server.kill();
  });

  it('answers unavailable when no server is there', async () => {
    const gone = await startServerDouble();
    gone.kill();
    const store = openEventStoreDb(gone.url);
    const stream = streamName('contractOrder', newId());
    await expect(store.append(stream, [anEvent()], 'no-stream')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.ping()).rejects.toBeInstanceOf(AppError);
    await store.close();
  });
});
