import type { ProveClaim } from '@keyledger/contracts-approval';
import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { keyRequests } from '../approval-streams.ts';
import type { ClaimCodes } from '../claim-codes.ts';
import { contextOf, type Handler, refusals } from '../operation-handler.ts';

export interface ProveClaimDeps {
  readonly eventStore: EventStore;
  readonly claimCodes: ClaimCodes;
  readonly clock: Clock;
  readonly claimLimits: ClaimLimits;
}

export interface ClaimLimits {
  /** Wrong codes in a row after which the code is locked. */
  readonly maxRejections: number;
  readonly lockMs: number;
}

const refused = refusals({
  'wrong-code': 'This code is not the one that was shown when the key was requested',
  locked: 'Too many wrong codes; try again later',
});

/** Anybody may try: the code is the proof. */
export const proveClaim = (deps: ProveClaimDeps): Handler<typeof ProveClaim> => {
  const { eventStore, claimCodes, clock, claimLimits } = deps;
  const handle = commandHandler(eventStore, keyRequests);
  return async ({ requestId, code, link }, caller) => {
    const context = contextOf(caller, requestId, clock());
    const claimCodeHash = claimCodes.hashOf(requestId, code);
    const data = {
      claimCodeHash,
      ...claimLimits,
      ...(link === undefined ? {} : { link }),
      now: context.occurredAt,
    };
    const handled = await handle(requestId, { type: 'ProveClaim', data }, context);
    if (handled.outcome === 'refused') return refused(handled.code);
    // A wrong code is recorded, the right one changes nothing.
    if (handled.outcome === 'accepted' || handled.state.status === 'absent') return refused('wrong-code');
    return { outcome: 'accepted', result: { requestId, email: handled.state.terms.email } };
  };
};
