import {
  accept,
  type Decider,
  defineEvent,
  eventCodec,
  type EventOf,
  ignore,
  type Message,
  refuse,
} from '@keyledger/event-sourcing';
import { z } from 'zod';

/**
 * The slot of one pair of address and model: which request holds it. Requests are streams of their own, so this stream
 * is what two askers race for. It is written first and the request after it, therefore:
 * - taken for a submission, and the request does not exist: the writer died in between; whoever asks next submits it;
 * - taken for a retry, and the request has not been retried in this turn: likewise.
 */
const definitions = {
  SlotTaken: defineEvent(
    z.object({
      requestId: z.uuid(),
      purpose: z.enum(['submission', 'retry']),
      /** 1 for the first time that the slot is taken. */
      turn: z.int().min(1),
      takenAt: z.iso.datetime(),
    }),
  ),
};

export type SlotEvent = EventOf<typeof definitions>;

export type SlotPurpose = SlotEvent['data']['purpose'];

export type KeyRequestSlot =
  | { readonly status: 'free'; readonly turn: 0 }
  | {
      readonly status: 'taken';
      readonly requestId: string;
      readonly purpose: SlotPurpose;
      readonly turn: number;
    };

export type TakeSlot = Message<
  'TakeSlot',
  {
    requestId: string;
    purpose: SlotPurpose;
    /** The turn that the caller has looked at and found to be over. */
    seenTurn: number;
    now: string;
  }
>;

const decide = ({ data }: TakeSlot, slot: KeyRequestSlot) => {
  const { requestId, purpose, seenTurn, now } = data;
  const isMine = slot.status === 'taken' && slot.requestId === requestId && slot.purpose === purpose;
  if (isMine && slot.turn === seenTurn + 1) return ignore('already taken by this request');
  if (slot.turn !== seenTurn) return refuse('slot-moved');
  return accept<SlotEvent>({ type: 'SlotTaken', data: { requestId, purpose, turn: slot.turn + 1, takenAt: now } });
};

export const keyRequestSlot: Decider<KeyRequestSlot, TakeSlot, SlotEvent, 'slot-moved'> = {
  initialState: { status: 'free', turn: 0 },
  evolve: (_slot, { data: { requestId, purpose, turn } }) => ({ status: 'taken', requestId, purpose, turn }),
  decide,
};

export const keyRequestSlotCodec = eventCodec(definitions);
