import {
  type CommandContext,
  commandHandler,
  type EventStore,
  type LoadedStream,
  loadStream,
} from '@keyledger/event-sourcing';
import { isOpen, type SubmittedKeyRequest } from '../../domain/key-request/key-request.state.ts';
import type { KeyRequestSlot, SlotPurpose } from '../../domain/key-request-slot/key-request-slot.ts';
import { keyRequests, keyRequestSlots, slotIdOf } from '../approval-streams.ts';

export interface Pair {
  readonly email: string;
  readonly modelId: string;
}

export type Holder =
  /** This request keeps the pair. */
  | { readonly status: 'open'; readonly request: SubmittedKeyRequest }
  /** The slot was taken for a request that was never submitted: its writer is dead, or slow. */
  | { readonly status: 'unsubmitted'; readonly requestId: string }
  | { readonly status: 'none' };

export interface SlotView {
  readonly slot: LoadedStream<KeyRequestSlot>;
  readonly holder: Holder;
}

/** Who holds the slot of a pair, and taking it. The rules are told in `key-request-slot.ts`. */
export interface SlotKeeper {
  /** Looks, and finishes a retry whose writer took the slot and died; `context` is that of the command that looks. */
  look(pair: Pair, context: CommandContext): Promise<SlotView>;
  /** The new turn, or `undefined` when somebody else was faster and the caller has to look again. */
  take(
    pair: Pair,
    requestId: string,
    purpose: SlotPurpose,
    seen: SlotView,
    context: CommandContext,
  ): Promise<number | undefined>;
}

/** A retry took the slot and has not reached the request. */
const isPendingRetry = (slot: KeyRequestSlot, request: SubmittedKeyRequest): boolean =>
  slot.status === 'taken' &&
  slot.purpose === 'retry' &&
  request.status === 'failed' &&
  (request.retriedInTurn ?? 0) < slot.turn;

export const slotKeeper = (eventStore: EventStore): SlotKeeper => {
  const handleSlot = commandHandler(eventStore, keyRequestSlots);
  const handleRequest = commandHandler(eventStore, keyRequests);

  const finishRetry = async (requestId: string, slotTurn: number, context: CommandContext) => {
    const retry = { type: 'RetryKeyRequest', data: { slotTurn, now: context.occurredAt } } as const;
    return (await handleRequest(requestId, retry, { ...context, correlationId: requestId })).state;
  };

  const holderOf = async (slot: KeyRequestSlot, context: CommandContext): Promise<Holder> => {
    if (slot.status === 'free') return { status: 'none' };
    const { requestId, turn } = slot;
    const { state } = await loadStream(eventStore, keyRequests, requestId);
    if (state.status === 'absent') return { status: 'unsubmitted', requestId };
    const request = isPendingRetry(slot, state) ? await finishRetry(requestId, turn, context) : state;
    return request.status !== 'absent' && isOpen(request) ? { status: 'open', request } : { status: 'none' };
  };

  return {
    look: async (pair, context) => {
      const slot = await loadStream(eventStore, keyRequestSlots, slotIdOf(pair));
      return { slot, holder: await holderOf(slot.state, context) };
    },
    take: async (pair, requestId, purpose, { slot }, context) => {
      const data = { requestId, purpose, seenTurn: slot.state.turn, now: context.occurredAt };
      const taken = await handleSlot(slotIdOf(pair), { type: 'TakeSlot', data }, context, slot);
      return taken.outcome === 'refused' ? undefined : taken.state.turn;
    },
  };
};
