import type { CheckpointStore, EventStore } from '@keyledger/event-sourcing';
import type { EventPublication } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { EventRelay, type EventRelayOptions, relayName } from '../src/events/event-relay.ts';
import { approvalCategories, publication } from './approval.examples.ts';
import { recordingLogger } from './recording-logger.ts';
import { waitUntil } from './wait-until.ts';

export interface RelaySurroundings {
  readonly eventStore: EventStore;
  readonly checkpoints: CheckpointStore;
  readonly connection: NatsConnection;
  readonly publication?: EventPublication;
  readonly window?: number;
  readonly epochCheckMs?: number;
}

/** A relay of approval that runs until `stop`. */
export const startRelay = (surroundings: RelaySurroundings) => {
  const logger = recordingLogger();
  const abort = new AbortController();
  const options: EventRelayOptions = {
    service: 'approval',
    categories: approvalCategories,
    publication,
    logger,
    ackTimeoutMs: 1_000,
    cutOffAfterMs: 200,
    ...surroundings,
  };
  const finished = new EventRelay(options).run(abort.signal);
  finished.catch(() => undefined);
  return {
    logger,
    finished,
    stop: async (): Promise<void> => {
      abort.abort();
      await finished;
    },
  };
};

/** Waits until the relay of approval has saved that it finished `position`. */
export const relayed = (checkpoints: CheckpointStore, position: string): Promise<void> =>
  waitUntil(async () => ((await checkpoints.read(relayName('approval')))?.position ?? '') >= position);
