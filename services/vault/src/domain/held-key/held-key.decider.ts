import { accept, type Decision, ignore, refuse, type StreamCategory } from '@keyledger/event-sourcing';
import {
  heldKeyCodec,
  type HeldKeyEvent,
  type HeldKeyRefusal,
  type Holder,
  type HoldKey,
} from './held-key.messages.ts';

/** Absent: nobody ever held the value. */
export type HeldKey = Holder | undefined;

const evolve = (_state: HeldKey, { data: { issuer, leaseId, generation } }: HeldKeyEvent): HeldKey => ({
  issuer,
  leaseId,
  generation,
});

const decide = (
  { data: { issuer, leaseId, generation, now } }: HoldKey,
  state: HeldKey,
): Decision<HeldKeyEvent, HeldKeyRefusal> => {
  if (state === undefined) return accept({ type: 'KeyHeld', data: { issuer, leaseId, generation, heldAt: now } });
  const isSame = state.leaseId === leaseId && state.generation === generation;
  return isSame ? ignore('this key of the lease holds the value') : refuse('key-taken');
};

/**
 * A value that came from people and went to a key of a lease: one stream for each, so that of two that take it at once,
 * in whichever replica and from whichever issuer, the second finds it taken. It is never freed: whoever held it may have
 * kept it, and that it is dead at its provider is nothing the vault could prove.
 */
export const heldKey: StreamCategory<HeldKey, HoldKey, HeldKeyEvent, HeldKeyRefusal> = {
  category: 'heldKey',
  decider: { initialState: undefined, evolve, decide },
  codec: heldKeyCodec,
};
