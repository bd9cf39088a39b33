import type { ApproveKeyRequest, DenyKeyRequest } from '@keyledger/contracts-approval';
import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import type { MessageContext } from '@keyledger/messaging';
import { keyRequests } from '../approval-streams.ts';
import { contextOf, type Handler, refusals } from '../operation-handler.ts';
import { mayDecide } from '../principals.ts';
import { viewReply } from './view-reply.ts';

export interface DecideDependencies {
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

const refused = refusals({
  'key-request-not-found': 'There is no such request',
  'already-decided': 'This request is decided already',
  'own-request': 'Nobody approves a request of their own; somebody else has to',
  'not-a-reviewer': 'Only reviewers and administrators decide requests',
});

const decisionsIn = ({ eventStore, clock }: DecideDependencies) => {
  const handle = commandHandler(eventStore, keyRequests);
  return async (
    type: 'ApproveKeyRequest' | 'DenyKeyRequest',
    requestId: string,
    reason: string,
    caller: MessageContext,
  ) => {
    if (!mayDecide(caller.principal)) return refused('not-a-reviewer');
    const context = contextOf(caller, requestId, clock());
    const data = { decidedBy: caller.principal.id, reason, now: context.occurredAt };
    return viewReply(await handle(requestId, { type, data }, context), refused);
  };
};

export const approveKeyRequest = (deps: DecideDependencies): Handler<typeof ApproveKeyRequest> => {
  const decide = decisionsIn(deps);
  return ({ requestId, comment = '' }, caller) => decide('ApproveKeyRequest', requestId, comment, caller);
};

export const denyKeyRequest = (deps: DecideDependencies): Handler<typeof DenyKeyRequest> => {
  const decide = decisionsIn(deps);
  return ({ requestId, reason }, caller) => decide('DenyKeyRequest', requestId, reason, caller);
};
