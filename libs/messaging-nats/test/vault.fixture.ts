import { AppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import type { EventReactor, IntegrationEvent } from '@keyledger/messaging';
import { jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { isConnected } from '../src/connection-state.ts';
import { encodeCloudEvent } from '../src/events/cloud-event.ts';
import { DurableConsumers, type DurableConsumersOptions } from '../src/events/durable-consumers.ts';
import type { ReactionOutcome } from '../src/events/reaction-metrics.ts';
import type { RetryPolicy } from '../src/events/retry-policy.ts';
import { ensureStreams } from '../src/events/streams.ts';
import { KeyRequestApproved } from './approval.examples.ts';
import { recordingLogger } from './recording-logger.ts';
import { waitUntil } from './wait-until.ts';

/** A reactor that the permissions of the vault know. */
export const REACTOR = 'issue-lease-when-key-request-approved';

const quickRetries: RetryPolicy = {
  transient: { firstMs: 10, maxMs: 50, giveUpAfterMs: 60_000 },
  permanent: { firstMs: 10, maxMs: 20, attempts: 3 },
};

export const unavailable = (): Promise<never> => Promise.reject(new AppError('unavailable', 'PostgreSQL is down'));

export interface Seen {
  readonly id: string;
  readonly attempt: number;
}

/** A reactor that remembers what it saw and does what `react` says. */
export const reactorOf = (
  react: (event: IntegrationEvent, attempt: number) => Promise<void> = () => Promise.resolve(),
) => {
  const seen: Seen[] = [];
  const reactor: EventReactor = {
    name: REACTOR,
    handles: [KeyRequestApproved],
    react: async (event, { number }) => {
      seen.push({ id: event.id, attempt: number });
      await react(event, number);
    },
  };
  return { reactor, seen };
};

export const startConsumers = async (
  connection: NatsConnection,
  reactor: EventReactor,
  more: Partial<DurableConsumersOptions> = {},
) => {
  const logger = recordingLogger();
  const outcomes: ReactionOutcome['outcome'][] = [];
  const consumers = new DurableConsumers({
    connection,
    service: 'vault',
    reactors: [reactor],
    logger,
    retry: quickRetries,
    onOutcome: ({ outcome }) => outcomes.push(outcome),
    ...more,
  });
  await consumers.start();
  return { consumers, logger, outcomes, close: () => consumers.close() };
};

let count = 0;

export const anApproval = (more: Partial<IntegrationEvent> = {}): IntegrationEvent => ({
  id: newId(),
  service: 'approval',
  category: 'keyRequest',
  streamId: newId(),
  type: 'KeyRequestApproved',
  version: 1,
  occurredAt: '2026-03-01T10:00:00.000Z',
  correlationId: newId(),
  causationId: newId(),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  actor: { kind: 'user', id: 'ada', proof: 'session', roles: ['reviewer'] },
  position: String((count += 1)).padStart(20, '0'),
  data: { index: count },
  ...more,
});

/** Publishes as approval's relay would. */
export const publish = async (approval: NatsConnection, ...events: readonly IntegrationEvent[]): Promise<void> => {
  await waitUntil(() => isConnected(approval));
  await ensureStreams(approval);
  for (const event of events) {
    const { subject, payload, headers } = encodeCloudEvent(KeyRequestApproved.subject, event);
    await jetstream(approval).publish(subject, payload, { headers, msgID: event.id });
  }
};
