import { KeyRequestSubmitted } from '@keyledger/contracts-approval';
import type { Clock } from '@keyledger/event-sourcing';
import { asEvent, type EventReactor, reactionContextOf } from '@keyledger/messaging';
import type { EvaluateKeyRequest } from '../commands/evaluate-key-request.handler.ts';

const name = 'evaluate-key-request-when-submitted';

/** The first run of the policy chain, as soon as the request is there. */
export const evaluateKeyRequestWhenSubmitted = (deps: {
  readonly evaluate: EvaluateKeyRequest;
  readonly clock: Clock;
}): EventReactor => ({
  name,
  handles: [KeyRequestSubmitted],
  react: async (event) => {
    const submitted = asEvent(KeyRequestSubmitted, event);
    if (submitted === undefined) return;
    await deps.evaluate(submitted.data.requestId, 1, reactionContextOf(event, 'approval', name, deps.clock()));
  },
});
