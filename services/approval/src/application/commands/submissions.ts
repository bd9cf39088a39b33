import {
  type CommandContext,
  commandHandler,
  type EventStore,
  type LoadedStream,
  loadStream,
} from '@keyledger/event-sourcing';
import type { Terms } from '../../domain/key-request/key-request.events.ts';
import {
  isOpen,
  type KeyRequest,
  type KeyRequestStatus,
  type SubmittedKeyRequest,
} from '../../domain/key-request/key-request.state.ts';
import { keyRequests } from '../approval-streams.ts';
import type { ClaimCodes, Submission } from '../claim-codes.ts';

interface SubmissionResult {
  readonly requestId?: string;
  readonly status?: KeyRequestStatus;
  readonly claimCode?: string;
}

export type SubmissionReply =
  | { readonly outcome: 'accepted'; readonly result: SubmissionResult }
  | { readonly outcome: 'ignored'; readonly because: string; readonly result: SubmissionResult };

/** What was asked for, and by whom. */
export interface Asked {
  readonly terms: Terms;
  readonly submittedBy: string;
  readonly submission: Submission;
  /** Whether the asker is told which request is open, should there be one from another submission. */
  readonly mayKnowWhatIsOpen: boolean;
}

export const submissionsIn = (eventStore: EventStore, claimCodes: ClaimCodes) => {
  const handle = commandHandler(eventStore, keyRequests);
  const hashFor = (requestId: string, submission: Submission) =>
    claimCodes.hashOf(requestId, claimCodes.codeFor(requestId, submission));

  /** Whether the request came from this very submission: only then its code fits. */
  const isFrom = ({ requestId, claimCodeHash }: SubmittedKeyRequest, submission: Submission): boolean =>
    claimCodeHash === hashFor(requestId, submission);

  /**
   * The code goes to whoever submitted, and to nobody else who asks for the same pair. A stranger is not even told the
   * id: it is half of what is needed to watch the request, and enough to try codes.
   */
  const resultFor = (request: SubmittedKeyRequest, { submission, mayKnowWhatIsOpen }: Asked): SubmissionResult => {
    const { requestId, status } = request;
    if (isFrom(request, submission)) return { requestId, status, claimCode: claimCodes.codeFor(requestId, submission) };
    return mayKnowWhatIsOpen ? { requestId, status } : {};
  };

  const ignored = (request: SubmittedKeyRequest, asked: Asked): SubmissionReply => ({
    outcome: 'ignored',
    because: 'this key is already requested',
    result: resultFor(request, asked),
  });

  return {
    isFrom,
    ignored,
    look: (requestId: string): Promise<LoadedStream<KeyRequest>> => loadStream(eventStore, keyRequests, requestId),
    /** `undefined` when a request of somebody else was there first and is over already. */
    submit: async (
      requestId: string,
      asked: Asked,
      context: CommandContext,
      seen?: LoadedStream<KeyRequest>,
    ): Promise<SubmissionReply | undefined> => {
      const { terms, submittedBy, submission } = asked;
      const claimCodeHash = hashFor(requestId, submission);
      const data = { requestId, terms, submittedBy, claimCodeHash, now: context.occurredAt };
      const command = { type: 'SubmitKeyRequest', data } as const;
      const { outcome, state } = await handle(requestId, command, { ...context, correlationId: requestId }, seen);
      if (state.status === 'absent') return undefined;
      if (outcome === 'accepted') return { outcome, result: resultFor(state, asked) };
      return isOpen(state) || isFrom(state, submission) ? ignored(state, asked) : undefined;
    },
  };
};
