import { AppError } from '@keyledger/errors';
import {
  DEAD_LETTERS_STREAM,
  deadLetterSubject,
  EVENTS_STREAM,
  type EventReactor,
  type IntegrationEvent,
} from '@keyledger/messaging';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { encodeCloudEvent } from '../src/events/cloud-event.ts';
import { type DeadLetters, deadLetters } from '../src/events/dead-letters.ts';
import { consumerName } from '../src/events/event-consumer.ts';
import { ensureStreams, managerOf } from '../src/events/streams.ts';
import { KeyRequestApproved } from './approval.examples.ts';
import { NatsFixture } from './nats.fixture.ts';
import { recordingLogger } from './recording-logger.ts';
import { anApproval, publish, REACTOR, reactorOf, startConsumers } from './vault.fixture.ts';
import { waitUntil } from './wait-until.ts';

jest.setTimeout(30_000);

describe('dead letters', () => {
  let nats: NatsFixture;
  let approval: NatsConnection;
  let vault: NatsConnection;
  beforeEach(async () => {
    nats = await NatsFixture.start();
    [approval, vault] = [await nats.connect('approval'), await nats.connect('vault')];
  });
  afterEach(() => nats.stop());

  const lettersOf = (reactor: EventReactor, connection = vault): DeadLetters =>
    deadLetters({ connection, service: 'vault', reactors: [reactor], logger: recordingLogger() });

  /** Publishes and waits until every event is in the dead letters of a reactor that fails with `error`. */
  const deadLetter = async (error: () => Error, ...events: readonly IntegrationEvent[]) => {
    const { reactor, seen } = reactorOf(() => Promise.reject(error()));
    const running = await startConsumers(vault, reactor);
    await publish(approval, ...events);
    await waitUntil(() => running.outcomes.filter((outcome) => outcome === 'dead-lettered').length === events.length);
    await running.close();
    return { ...running, seen, letters: lettersOf(reactor) };
  };

  it('take an event after a few failed attempts, with the cause of a typed fault', async () => {
    const event = anApproval();
    const fault = () => new AppError('not-found', 'There is no lease “x”', { cause: new Error('sk-secret') });
    const { seen, letters, logger, outcomes } = await deadLetter(fault, event);
    expect(seen.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(outcomes).toEqual(['retried', 'retried', 'dead-lettered']);
    const list = (await letters.list(100)).letters;
    expect(list).toEqual([
      {
        reactor: REACTOR,
        id: event.id,
        event,
        cause: { code: 'not-found', message: 'There is no lease “x”' },
        attempts: 3,
        at: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    ]);
    const last = logger.lines.at(-1);
    expect(last?.level).toBe('error');
    expect(last?.fields).toMatchObject({ reactor: REACTOR, eventId: event.id, correlationId: event.correlationId });
  });

  it('tell nothing of a defect but its name', async () => {
    const { letters } = await deadLetter(() => new TypeError('sk-secret is not a function'), anApproval());
    expect((await letters.list(100)).letters.map(({ cause }) => cause)).toEqual([
      { code: 'internal', message: 'TypeError' },
    ]);
  });

  it('take an event that no longer comes back to the consumer', async () => {
    await deadLetter(() => new Error('broken'), anApproval());
    const name = consumerName('vault', REACTOR, KeyRequestApproved);
    const info = await (await managerOf(vault)).consumers.info(EVENTS_STREAM, name);
    expect([info.num_pending, info.num_ack_pending]).toEqual([0, 0]);
  });

  it.each([
    ['of a newer version', anApproval({ version: 2 })],
    ['whose data is not as declared', anApproval({ data: { index: 'one' } })],
  ])('take an event %s, which no reactor sees', async (_which, event) => {
    const { reactor, seen } = reactorOf();
    const running = await startConsumers(vault, reactor);
    await publish(approval, event);
    await waitUntil(() => running.outcomes.includes('dead-lettered'));
    expect(seen).toEqual([]);
    expect((await lettersOf(reactor).list(100)).letters).toMatchObject([{ event, cause: { code: 'internal' } }]);
    await running.close();
  });

  it('keep what fails again when it is replayed', async () => {
    const event = anApproval();
    const { letters } = await deadLetter(() => new Error('broken'), event);
    const cause = { code: 'internal', message: 'Error' };
    const report = { succeeded: 0, failed: [{ reactor: REACTOR, eventId: event.id, cause }] };
    expect(await letters.replay({}, 'ada')).toEqual(report);
    expect(await letters.replay({}, 'ada')).toEqual(report);
    expect((await letters.list(100)).letters).toHaveLength(1);
  });

  it('are handled by a replay and then gone, also when it runs twice', async () => {
    const events = [anApproval(), anApproval(), anApproval()];
    await deadLetter(() => new Error('broken'), ...events);
    const mended = reactorOf();
    const letters = lettersOf(mended.reactor);
    expect(await letters.replay({ reactor: 'another-reactor' }, 'ada')).toEqual({ succeeded: 0, failed: [] });
    expect((await letters.list(100)).letters).toHaveLength(3);
    expect(await letters.replay({ reactor: REACTOR }, 'ada')).toEqual({ succeeded: 3, failed: [] });
    expect(mended.seen.map(({ id }) => id).sort()).toEqual(events.map(({ id }) => id).sort());
    expect((await letters.list(100)).letters).toEqual([]);
    expect(await letters.replay({}, 'ada')).toEqual({ succeeded: 0, failed: [] });
    expect(mended.seen).toHaveLength(3);
  });

  it('are handled once when two replicas replay them at the same time', async () => {
    const events = Array.from({ length: 120 }, () => anApproval());
    await deadLetter(() => new Error('broken'), ...events);
    const [first, second] = [reactorOf(), reactorOf()];
    const reports = await Promise.all([
      lettersOf(first.reactor).replay({}, 'ada'),
      lettersOf(second.reactor, await nats.connect('vault')).replay({}, 'ada'),
    ]);
    const handled = [...first.seen, ...second.seen].map(({ id }) => id);
    expect(handled.sort()).toEqual(events.map(({ id }) => id).sort());
    expect((reports[0]?.succeeded ?? 0) + (reports[1]?.succeeded ?? 0)).toBe(120);
  });

  it('are handled one by one, and the others stay for whoever comes next', async () => {
    const events = [anApproval(), anApproval(), anApproval()] as const;
    await deadLetter(() => new Error('broken'), ...events);
    const mended = reactorOf();
    const letters = lettersOf(mended.reactor);
    const one = { reactor: REACTOR, id: events[1].id };
    expect(await letters.replay(one, 'ada')).toEqual({ succeeded: 1, failed: [] });
    expect(await letters.replay(one, 'ada')).toEqual({ succeeded: 0, failed: [] });
    expect(mended.seen.map(({ id }) => id)).toEqual([one.id]);
    expect((await letters.list(100)).letters.map(({ id }) => id)).toEqual([events[0].id, events[2].id]);
    expect(await letters.replay({}, 'ada')).toEqual({ succeeded: 2, failed: [] });
  });

  it('are counted by reactor, and listed as far as asked for, those with the oldest events first', async () => {
    const events = [anApproval(), anApproval(), anApproval()] as const;
    const { letters } = await deadLetter(() => new Error('broken'), ...events.toReversed());
    expect(await letters.count()).toEqual(new Map([[REACTOR, 3]]));
    const { total, letters: listed } = await letters.list(2);
    expect(total).toBe(3);
    expect(listed.map(({ id }) => id)).toEqual([events[0].id, events[1].id]);
    await lettersOf(reactorOf().reactor).replay({}, 'ada');
    expect(await letters.count()).toEqual(new Map());
  });

  it('are replayed however many there are', async () => {
    const events = Array.from({ length: 1_200 }, () => anApproval());
    await ensureStreams(vault);
    const stored = events.map((event) => {
      const { headers, payload } = encodeCloudEvent(KeyRequestApproved.subject, event);
      headers.set('keyledger-subject', KeyRequestApproved.subject);
      const subject = `${deadLetterSubject('vault', REACTOR)}.${event.id}`;
      return jetstream(vault).publish(subject, payload, { headers });
    });
    await Promise.all(stored);
    const broken = reactorOf(() => Promise.reject(new Error('broken')));
    const { failed } = await lettersOf(broken.reactor).replay({}, 'ada');
    expect(new Set(failed.map(({ eventId }) => eventId)).size).toBe(1_200);
    const mended = reactorOf();
    const last = { reactor: REACTOR, id: events.at(-1)?.id ?? '' };
    expect(await lettersOf(mended.reactor).replay(last, 'ada')).toEqual({ succeeded: 1, failed: [] });
    expect((await lettersOf(mended.reactor).count()).get(REACTOR)).toBe(1_199);
  });

  it('leave in the log who had them replayed, and what came of it', async () => {
    await deadLetter(() => new Error('broken'), anApproval());
    const logger = recordingLogger();
    const { reactor } = reactorOf();
    await deadLetters({ connection: vault, service: 'vault', reactors: [reactor], logger }).replay(
      {},
      'ada@example.com',
    );
    expect(logger.lines.at(-1)).toMatchObject({
      level: 'info',
      fields: { askedBy: 'ada@example.com', succeeded: 1, failed: 0 },
    });
  });

  it('hold an event once, however often it fails', async () => {
    const event = anApproval();
    await deadLetter(() => new Error('broken'), event);
    const admin = await managerOf(await nats.connect('admin'));
    await admin.streams.delete(EVENTS_STREAM);
    const { letters } = await deadLetter(() => new AppError('forbidden', 'No'), event);
    expect((await letters.list(100)).letters.map(({ cause }) => cause.code)).toEqual(['forbidden']);
    expect((await admin.streams.info(DEAD_LETTERS_STREAM)).state.messages).toBe(1);
  });

  it('survive the death of the server', async () => {
    const { letters } = await deadLetter(() => new Error('broken'), anApproval());
    await nats.kill();
    await nats.restart();
    await publish(approval);
    expect((await letters.list(100)).letters).toHaveLength(1);
  });
});
