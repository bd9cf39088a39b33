import { AppError } from '@keyledger/errors';
import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { type IntegrationEvent, reactionContextOf } from '@keyledger/messaging';
import type { FailKeyRequest, FulfilKeyRequest } from '../../domain/key-request/key-request.commands.ts';
import { keyRequests } from '../approval-streams.ts';

export interface CloseDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

/** Sends a command that follows from a fact of another service to the request that the fact belongs to. */
export const closeKeyRequest = ({ eventStore, clock }: CloseDeps, reactor: string) => {
  const handle = commandHandler(eventStore, keyRequests);
  return async (
    event: IntegrationEvent,
    requestId: string,
    command: (now: string) => FailKeyRequest | FulfilKeyRequest,
  ): Promise<void> => {
    const now = clock();
    const context = { ...reactionContextOf(event, 'approval', reactor, now), correlationId: requestId };
    const handled = await handle(requestId, command(now.toISOString()), context);
    if (handled.outcome === 'refused') throw new AppError('not-found', `There is no request ${requestId}`);
  };
};
