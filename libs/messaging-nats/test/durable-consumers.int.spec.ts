import { setTimeout as delay } from 'node:timers/promises';
import { EVENTS_STREAM, type IntegrationEvent } from '@keyledger/messaging';
import { currentTraceparent } from '@keyledger/telemetry';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DurableConsumers } from '../src/events/durable-consumers.ts';
import { consumerName } from '../src/events/event-consumer.ts';
import type { ReactionOutcome } from '../src/events/reaction-metrics.ts';
import { managerOf } from '../src/events/streams.ts';
import { idsOf, KeyRequestApproved } from './approval.examples.ts';
import { NatsFixture } from './nats.fixture.ts';
import { recordingLogger } from './recording-logger.ts';
import { anApproval, publish, REACTOR, reactorOf, startConsumers, unavailable } from './vault.fixture.ts';
import { waitUntil } from './wait-until.ts';

jest.setTimeout(30_000);

describe('durable consumers', () => {
  let nats: NatsFixture;
  let approval: NatsConnection;
  let vault: NatsConnection;
  beforeEach(async () => {
    nats = await NatsFixture.start();
    [approval, vault] = [await nats.connect('approval'), await nats.connect('vault')];
  });

  const started: Awaited<ReturnType<typeof startConsumers>>[] = [];
  const start: typeof startConsumers = async (connection, reactor, more) => {
    const running = await startConsumers(connection, reactor, more);
    started.push(running);
    return running;
  };
  afterEach(async () => {
    await Promise.all(started.splice(0).map(({ close }) => close()));
    await nats.stop();
  });

  const pending = async (): Promise<number> => {
    const name = consumerName('vault', REACTOR, KeyRequestApproved);
    const info = await (await managerOf(vault)).consumers.info(EVENTS_STREAM, name);
    return info.num_pending + info.num_ack_pending;
  };
  const settled = (): Promise<void> => waitUntil(async () => (await pending()) === 0);

  it('hand over what was published, before and after they began, and settle it', async () => {
    const events = [anApproval(), anApproval(), anApproval()];
    await publish(approval, events[0]!);
    const received: IntegrationEvent[] = [];
    const { reactor, seen } = reactorOf(async (event) => void received.push(event));
    const { outcomes } = await start(vault, reactor);
    await publish(approval, ...events.slice(1));
    await waitUntil(() => seen.length === 3);
    await settled();
    expect(received).toEqual(events);
    expect(outcomes).toEqual(['handled', 'handled', 'handled']);
  });

  it('share events among replicas, each handled by one', async () => {
    const events = Array.from({ length: 200 }, () => anApproval());
    const [first, second] = [reactorOf(), reactorOf()];
    await start(vault, first.reactor);
    await start(await nats.connect('vault'), second.reactor);
    await publish(approval, ...events);
    await settled();
    expect(first.seen.length).toBeGreaterThan(0);
    expect(second.seen.length).toBeGreaterThan(0);
    expect(idsOf([...first.seen, ...second.seen]).sort()).toEqual(idsOf(events).sort());
  });

  it('handle no more events at once than they may', async () => {
    let running = 0;
    let most = 0;
    const { reactor, seen } = reactorOf(async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
    });
    await publish(approval, ...Array.from({ length: 100 }, () => anApproval()));
    await start(vault, reactor, { concurrency: 4 });
    await waitUntil(() => seen.length === 100);
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('bring an event again for as long as a dependency is down, and never give it up', async () => {
    const { reactor, seen } = reactorOf((_event, attempt) => (attempt <= 12 ? unavailable() : Promise.resolve()));
    const { outcomes, logger } = await start(vault, reactor);
    await publish(approval, anApproval());
    await waitUntil(() => outcomes.includes('handled'));
    expect(seen.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    expect(outcomes.filter((outcome) => outcome === 'dead-lettered')).toEqual([]);
    expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('do not let events that fail hold up the others', async () => {
    const failing = Array.from({ length: 60 }, () => anApproval());
    const failingIds = new Set(idsOf(failing));
    const healthy = anApproval();
    const { reactor, seen } = reactorOf((event) => (failingIds.has(event.id) ? unavailable() : Promise.resolve()));
    const retry = {
      transient: { firstMs: 60_000, maxMs: 60_000, giveUpAfterMs: 600_000 },
      permanent: { firstMs: 1, maxMs: 1, attempts: 1 },
    };
    await start(vault, reactor, { concurrency: 2, retry });
    await publish(approval, ...failing, healthy);
    await waitUntil(() => seen.some(({ id }) => id === healthy.id));
  });

  it('keep an event whose handling takes longer than the server waits', async () => {
    const ackWaitMs = 1_500;
    const { reactor, seen } = reactorOf(() => delay(2 * ackWaitMs));
    const { outcomes } = await start(vault, reactor, { ackWaitMs });
    await publish(approval, anApproval());
    await waitUntil(() => outcomes.length > 0);
    await settled();
    expect(seen).toHaveLength(1);
  });

  it('give an event back when the process dies while handling it', async () => {
    const end = Promise.withResolvers<void>();
    const never = reactorOf(() => end.promise);
    const doomed = await nats.connect('vault');
    await start(doomed, never.reactor, { ackWaitMs: 500 });
    await publish(approval, anApproval());
    await waitUntil(() => never.seen.length === 1);
    await doomed.close();
    const { reactor, seen } = reactorOf();
    await start(vault, reactor, { ackWaitMs: 500 });
    await waitUntil(() => seen.length === 1);
    expect(seen[0]?.attempt).toBe(2);
    end.resolve();
  });

  it('finish what they handle when they are closed, and leave the rest', async () => {
    const running = Promise.withResolvers<void>();
    const busy = Promise.withResolvers<void>();
    const { reactor, seen } = reactorOf(() => {
      running.resolve();
      return busy.promise;
    });
    const { close, outcomes } = await start(vault, reactor, { concurrency: 1 });
    await publish(approval, anApproval(), anApproval());
    await running.promise;
    const closed = close();
    busy.resolve();
    await closed;
    expect(outcomes).toEqual(['handled']);
    expect(seen).toHaveLength(1);
    const next = reactorOf();
    await start(vault, next.reactor);
    await waitUntil(() => next.seen.length === 1);
    expect(next.seen[0]?.attempt).toBe(1);
  });

  it('go on after the server was killed', async () => {
    const { reactor, seen } = reactorOf();
    await start(vault, reactor);
    await publish(approval, anApproval());
    await waitUntil(() => seen.length === 1);
    await nats.kill();
    await nats.restart();
    const event = anApproval();
    await publish(approval, event);
    await waitUntil(() => seen.some(({ id }) => id === event.id));
  });

  it('are made anew when the data of JetStream was deleted', async () => {
    const { reactor, seen } = reactorOf();
    await start(vault, reactor);
    const event = anApproval();
    await publish(approval, event);
    await waitUntil(() => seen.length === 1);
    await nats.kill();
    nats.deleteJetStream();
    await nats.restart();
    await publish(approval, event);
    await waitUntil(() => seen.length === 2);
    expect(idsOf(seen)).toEqual([event.id, event.id]);
  });

  it('do not settle an event that took the place of the one they handled', async () => {
    const [old, successor] = [anApproval(), anApproval()];
    const [running, finish, finished] = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const { reactor, seen } = reactorOf(async (event, attempt) => {
      running!.resolve();
      if (event.id === old.id) return finish!.promise;
      finish!.resolve();
      await finished!.promise;
      return attempt === 1 ? unavailable() : undefined;
    });
    const onOutcome = ({ outcome }: ReactionOutcome) => outcome === 'handled' && finished!.resolve();
    await start(vault, reactor, { onOutcome });
    await publish(approval, old);
    await running!.promise;
    await nats.kill();
    nats.deleteJetStream();
    await nats.restart();
    await publish(approval, successor);
    await waitUntil(() => seen.filter(({ id }) => id === successor.id).length === 2);
    expect(seen.map(({ id, attempt }) => [id, attempt])).toEqual([
      [old.id, 1],
      [successor.id, 1],
      [successor.id, 2],
    ]);
  });

  it('are made anew when somebody deleted them', async () => {
    const { reactor, seen } = reactorOf();
    await start(vault, reactor);
    const manager = await managerOf(await nats.connect('admin'));
    await manager.consumers.delete(EVENTS_STREAM, consumerName('vault', REACTOR, KeyRequestApproved));
    const event = anApproval();
    await publish(approval, event);
    await waitUntil(() => idsOf(seen).includes(event.id));
  });

  it('continue the trace of the event', async () => {
    const traces: string[] = [];
    const { reactor } = reactorOf(async () => void traces.push(currentTraceparent() ?? ''));
    await start(vault, reactor);
    await publish(approval, anApproval());
    await waitUntil(() => traces.length === 1);
    expect(traces[0]?.split('-')[1]).toBe('0af7651916cd43dd8448eb211c80319c');
  });

  it('take over a consumer that an earlier version configured otherwise', async () => {
    const { reactor, seen } = reactorOf();
    await publish(approval, anApproval());
    await (await start(vault, reactor, { ackWaitMs: 7_000 })).close();
    await start(vault, reactor, { ackWaitMs: 5_000 });
    const name = consumerName('vault', REACTOR, KeyRequestApproved);
    const { config } = await (await managerOf(vault)).consumers.info(EVENTS_STREAM, name);
    expect(config.ack_wait).toBe(nanos(5_000));
    await publish(approval, anApproval());
    await waitUntil(() => seen.length === 2);
  });

  it('say so when the NATS user may not consume for a reactor', async () => {
    const { reactor } = reactorOf();
    const logger = recordingLogger();
    const reactors = [{ ...reactor, name: 'reactor-that-nobody-permitted' }];
    const consumers = new DurableConsumers({ connection: vault, service: 'vault', reactors, logger });
    await expect(consumers.run(new AbortController().signal)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('end when they are told to, also while the server is away', async () => {
    await nats.kill();
    const { reactor } = reactorOf();
    const abort = new AbortController();
    const consumers = new DurableConsumers({
      connection: vault,
      service: 'vault',
      reactors: [reactor],
      logger: recordingLogger(),
    });
    const running = consumers.run(abort.signal);
    abort.abort();
    await running;
  });
});
