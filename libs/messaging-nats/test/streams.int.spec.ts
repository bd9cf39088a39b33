import { DEAD_LETTERS_STREAM, EVENTS_STREAM } from '@keyledger/messaging';
import { jetstream } from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ensureStreams, epochOf, managerOf, protectStreams } from '../src/events/streams.ts';
import { NatsFixture } from './nats.fixture.ts';

describe('the streams', () => {
  let nats: NatsFixture;
  let admin: NatsConnection;
  beforeEach(async () => {
    nats = await NatsFixture.start();
    admin = await nats.connect('admin');
  });
  afterEach(() => nats.stop());

  it('are made once when all services begin at the same moment', async () => {
    const services = ['registry', 'approval', 'vault', 'delivery'] as const;
    const connections = await Promise.all(services.map((service) => nats.connect(service)));
    const made = await Promise.all(connections.flatMap((one) => [ensureStreams(one), ensureStreams(one)]));
    expect(new Set(made.map(({ events }) => epochOf(events))).size).toBe(1);
    expect(new Set(made.map(({ deadLetters }) => epochOf(deadLetters))).size).toBe(1);
  });

  it('lie on disk and drop doubles for longer than a restart takes', async () => {
    const { events, deadLetters } = await ensureStreams(admin);
    for (const { config } of [events, deadLetters]) {
      expect(config.storage).toBe('file');
      expect(config.duplicate_window).toBeGreaterThanOrEqual(nanos(120_000));
    }
  });

  it('are left as an operator changed them', async () => {
    const manager = await managerOf(admin);
    const { events } = await ensureStreams(admin);
    await manager.streams.update(EVENTS_STREAM, { ...events.config, max_age: nanos(7 * 86_400_000) });
    const again = await ensureStreams(await nats.connect('vault'));
    expect(again.events.config.max_age).toBe(nanos(7 * 86_400_000));
    expect(epochOf(again.events)).toBe(epochOf(events));
  });

  it.each([EVENTS_STREAM, DEAD_LETTERS_STREAM])(
    'of new systems let nobody empty %s, nor take a message out',
    async (name) => {
      await ensureStreams(await nats.connect('vault'));
      const subject = `keyledger.vault.${name === EVENTS_STREAM ? 'event' : 'deadletter'}.a.b`;
      const { seq } = await jetstream(admin).publish(subject, '{}');
      const manager = await managerOf(admin);
      await expect(manager.streams.purge(name)).rejects.toThrow(/not permitted/);
      await expect(manager.streams.deleteMessage(name, seq)).rejects.toThrow(/not permitted/);
      expect((await manager.streams.info(name)).state.messages).toBe(1);
    },
  );

  it('of an earlier version are protected by an administrator, and keep what an operator set', async () => {
    const manager = await managerOf(admin);
    const earlier = { name: EVENTS_STREAM, subjects: ['keyledger.*.event.>'], max_age: nanos(7 * 86_400_000) };
    const { created } = await manager.streams.add({ ...earlier });
    expect((await ensureStreams(await nats.connect('vault'))).events.config).toMatchObject({ deny_purge: false });
    for (const { events, deadLetters } of [await protectStreams(admin), await protectStreams(admin)]) {
      expect(events.config).toMatchObject({ ...earlier, deny_delete: true, deny_purge: true });
      expect(epochOf(events)).toBe(created);
      expect(deadLetters.config).toMatchObject({ deny_delete: true, deny_purge: true });
    }
    await expect(manager.streams.purge(EVENTS_STREAM)).rejects.toThrow(/not permitted/);
  });

  it('have another birth when they were made anew, and the same after a restart', async () => {
    const { events } = await ensureStreams(admin);
    await jetstream(admin).publish('keyledger.vault.event.lease.LeaseIssued', '{}');
    await nats.kill();
    await nats.restart();
    const afterRestart = await ensureStreams(await nats.connect('vault'));
    expect(epochOf(afterRestart.events)).toBe(epochOf(events));
    const manager = await managerOf(await nats.connect('admin'));
    await manager.streams.delete(EVENTS_STREAM);
    await manager.streams.delete(DEAD_LETTERS_STREAM);
    const anew = await ensureStreams(await nats.connect('vault'));
    expect(epochOf(anew.events)).not.toBe(epochOf(events));
  });
});
