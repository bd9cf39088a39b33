import type { RetryKeyRequest } from '@keyledger/contracts-approval';
import { AppError } from '@keyledger/errors';
import { type CommandContext, commandHandler, deriveSequentialId, loadStream } from '@keyledger/event-sourcing';
import type { SubmittedKeyRequest } from '../../domain/key-request/key-request.state.ts';
import { keyRequests } from '../approval-streams.ts';
import { contextOf, type Handler, refusals } from '../operation-handler.ts';
import { mayRetry } from '../principals.ts';
import type { DecideDeps } from './decide-key-request.handlers.ts';
import { slotKeeper } from './slot-keeper.ts';
import { viewReply } from './view-reply.ts';

const refused = refusals({
  'key-request-not-found': 'There is no such request',
  'not-failed': 'Only a request whose issuing or delivery failed, or has come to no end for a while, can be retried',
  'another-request-open': 'Another request for the same address and model is open',
  'not-an-administrator': 'Only administrators retry requests',
});

const MAX_ROUNDS = 8;

/**
 * A failed request takes the slot of its pair again and is then retried: a retried request is open, and only one may be. An
 * approved one, which still holds the slot, is taken up again when it has come to no end for too long.
 */
export const retryKeyRequest = ({ eventStore, clock }: DecideDeps): Handler<typeof RetryKeyRequest> => {
  const handle = commandHandler(eventStore, keyRequests);
  const slots = slotKeeper(eventStore);

  const retryThroughSlot = async (request: SubmittedKeyRequest, context: CommandContext) => {
    const { requestId, terms } = request;
    const seen = await slots.look(terms, context);
    if (seen.holder.status === 'unsubmitted') return refused('another-request-open');
    if (seen.holder.status === 'open' && seen.holder.request.requestId !== requestId)
      return refused('another-request-open');
    // Looking may have finished an earlier try to retry it.
    if (seen.holder.status === 'open') return viewReply(retried(seen.holder.request), refused);
    const slotTurn = await slots.take(terms, requestId, 'retry', seen, context);
    if (slotTurn === undefined) return undefined;
    const data = { slotTurn, now: context.occurredAt };
    return viewReply(await handle(requestId, { type: 'RetryKeyRequest', data }, context), refused);
  };

  const resume = async (requestId: string, context: CommandContext) =>
    viewReply(
      await handle(requestId, { type: 'ResumeKeyRequest', data: { now: context.occurredAt } }, context),
      refused,
    );

  return async ({ requestId }, caller) => {
    if (!mayRetry(caller.principal)) return refused('not-an-administrator');
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const { state } = await loadStream(eventStore, keyRequests, requestId);
      if (state.status === 'absent') return refused('key-request-not-found');
      const context = contextOf(caller, requestId, clock());
      if (state.status === 'approved') return resume(requestId, context);
      if (state.status !== 'failed') return refused('not-failed');
      const commandId = round === 0 ? context.commandId : deriveSequentialId(context.commandId, 'round', round);
      const reply = await retryThroughSlot(state, { ...context, commandId });
      if (reply !== undefined) return reply;
    }
    throw new AppError('revision-conflict', 'Others keep asking for the same key; try again');
  };
};

const retried = (state: SubmittedKeyRequest) =>
  ({ outcome: 'ignored', because: 'already being retried', state }) as const;
