import { describe, it } from '@jest/globals';
import { specify } from '@keyledger/event-sourcing/testing';
import { keyRequestSlot, type SlotEvent, type SlotPurpose, type TakeSlot } from './key-request-slot.ts';

const given = specify(keyRequestSlot);
const first = '01890a5d-ac96-774b-bcce-b302099a0001';
const second = '01890a5d-ac96-774b-bcce-b302099a0002';
const now = '2026-01-05T08:00:00.000Z';

const taken = (requestId: string, turn: number, purpose: SlotPurpose = 'submission'): SlotEvent => ({
  type: 'SlotTaken',
  data: { requestId, purpose, turn, takenAt: now },
});
const take = (requestId: string, seenTurn: number, purpose: SlotPurpose = 'submission'): TakeSlot => ({
  type: 'TakeSlot',
  data: { requestId, purpose, seenTurn, now },
});

describe('TakeSlot', () => {
  it('takes a free slot', () => given().when(take(first, 0)).then(taken(first, 1)));

  it('takes over from a request that the taker has seen to be over', () =>
    given(taken(first, 1)).when(take(second, 1)).then(taken(second, 2)));

  it('is ignored when the request has just taken it', () => given(taken(first, 1)).when(take(first, 0)).thenIgnored());

  it('is refused when somebody took it since', () => {
    given(taken(first, 1)).when(take(second, 0)).thenRefused('slot-moved');
    given(taken(first, 1), taken(second, 2)).when(take(first, 1)).thenRefused('slot-moved');
  });

  it('takes it again for a retry of the same request', () =>
    given(taken(first, 1))
      .when(take(first, 1, 'retry'))
      .then(taken(first, 2, 'retry')));

  it('takes it for every retry of the same request anew', () =>
    given(taken(first, 1), taken(first, 2, 'retry'))
      .when(take(first, 2, 'retry'))
      .then(taken(first, 3, 'retry')));

  it('does not take a retry for a submission', () =>
    given(taken(first, 1, 'retry'))
      .when(take(first, 0, 'submission'))
      .thenRefused('slot-moved'));
});
