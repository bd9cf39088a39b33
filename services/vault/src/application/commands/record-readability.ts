import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { Finder } from '../../domain/secret/secret.messages.ts';
import { ownContext } from '../own-context.ts';

export interface TriedVersion {
  readonly secretId: string;
  readonly version: number;
  readonly isReadable: boolean;
}

export interface RecordReadabilityDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

/**
 * Records whether a version could be opened, unless that is known. A secret that cannot be is marked so, by its own event,
 * and nothing else stops because of it. Repeating it is safe.
 */
export const recordReadability = ({ eventStore, clock }: RecordReadabilityDeps) => {
  const handle = commandHandler(eventStore, secrets);
  return async (tried: TriedVersion, foundBy: Finder, correlationId?: string): Promise<void> => {
    const data = { ...tried, foundBy, now: clock().toISOString() };
    await handle(tried.secretId, { type: 'RecordReadability', data }, ownContext(clock(), correlationId));
  };
};

export type RecordReadability = ReturnType<typeof recordReadability>;
