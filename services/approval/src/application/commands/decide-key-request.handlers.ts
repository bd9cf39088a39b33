import type { ApproveKeyRequest, DenyKeyRequest } from '@keyledger/contracts-approval';
import type { GetModel } from '@keyledger/contracts-registry';
import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { type ClientOf, type MessageContext, servicePrincipal } from '@keyledger/messaging';
import { isUndecided } from '../../domain/key-request/key-request.state.ts';
import { keyRequests } from '../approval-streams.ts';
import { contextOf, type Handler, refusals } from '../operation-handler.ts';
import { mayDecide } from '../principals.ts';
import { viewReply } from './view-reply.ts';

export interface DecideDeps {
  readonly eventStore: EventStore;
  readonly clock: Clock;
}

/** Less than callers wait for the decision. */
const PATIENCE_MS = 3_000;

const refused = refusals({
  'key-request-not-found': 'There is no such request',
  'already-decided': 'This request is decided already',
  'own-request': 'Nobody approves a request of their own; somebody else has to',
  'not-a-reviewer': 'Only reviewers and administrators decide requests',
});

const decisionsIn = ({ eventStore, clock }: DecideDeps) => {
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

export interface ApproveDeps extends DecideDeps {
  readonly registry: ClientOf<{ readonly GetModel: typeof GetModel }>;
}

const notOffered = refusals({
  'model-not-found': 'The model of this request is no longer offered; deny it, and let the requester choose another',
});

/**
 * A review may take days, in which the model is withdrawn; a key to it would be of no use, or to something else that took
 * its name. Without an answer of the registry nothing is approved.
 */
export const approveKeyRequest = (deps: ApproveDeps): Handler<typeof ApproveKeyRequest> => {
  const { eventStore, registry } = deps;
  const decide = decisionsIn(deps);

  const isWithdrawn = async (requestId: string, { messageId }: MessageContext): Promise<boolean> => {
    const { state } = await loadStream(eventStore, keyRequests, requestId);
    if (state.status === 'absent' || !isUndecided(state)) return false;
    const principal = servicePrincipal('approval');
    const { modelId } = state.terms;
    const asking = { principal, correlationId: requestId, causationId: messageId, timeoutMs: PATIENCE_MS };
    return (await registry.GetModel({ modelId }, asking)) === null;
  };

  return async ({ requestId, comment = '' }, caller) => {
    if (mayDecide(caller.principal) && (await isWithdrawn(requestId, caller))) return notOffered('model-not-found');
    return decide('ApproveKeyRequest', requestId, comment, caller);
  };
};

export const denyKeyRequest = (deps: DecideDeps): Handler<typeof DenyKeyRequest> => {
  const decide = decisionsIn(deps);
  return ({ requestId, reason }, caller) => decide('DenyKeyRequest', requestId, reason, caller);
};
