import { type CommandContext, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import type { Terms } from '../../domain/key-request/key-request.events.ts';
import { isOpen, type KeyRequestStatus, type SubmittedKeyRequest } from '../../domain/key-request/key-request.state.ts';
import { keyRequests } from '../approval-streams.ts';
import type { ClaimCodes, Submission } from '../claim-codes.ts';

interface SubmissionResult {
  readonly requestId: string;
  readonly status: KeyRequestStatus;
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
}

export const submissionsIn = (eventStore: EventStore, claimCodes: ClaimCodes) => {
  const handle = commandHandler(eventStore, keyRequests);
  const hashFor = (requestId: string, submission: Submission) =>
    claimCodes.hashOf(requestId, claimCodes.codeFor(requestId, submission));

  /** Whether the request came from this very submission: only then its code fits. */
  const isFrom = ({ requestId, claimCodeHash }: SubmittedKeyRequest, submission: Submission): boolean =>
    claimCodeHash === hashFor(requestId, submission);

  /** The code goes to whoever submitted, and to nobody else who asks for the same pair. */
  const resultFor = (request: SubmittedKeyRequest, submission: Submission): SubmissionResult => ({
    requestId: request.requestId,
    status: request.status,
    ...(isFrom(request, submission) ? { claimCode: claimCodes.codeFor(request.requestId, submission) } : {}),
  });

  const ignored = (request: SubmittedKeyRequest, submission: Submission): SubmissionReply => ({
    outcome: 'ignored',
    because: 'this key is already requested',
    result: resultFor(request, submission),
  });

  return {
    isFrom,
    ignored,
    find: async (requestId: string): Promise<SubmittedKeyRequest | undefined> => {
      const { state } = await loadStream(eventStore, keyRequests, requestId);
      return state.status === 'absent' ? undefined : state;
    },
    /** `undefined` when a request of somebody else was there first and is over already. */
    submit: async (requestId: string, asked: Asked, context: CommandContext): Promise<SubmissionReply | undefined> => {
      const { terms, submittedBy, submission } = asked;
      const claimCodeHash = hashFor(requestId, submission);
      const data = { requestId, terms, submittedBy, claimCodeHash, now: context.occurredAt };
      const command = { type: 'SubmitKeyRequest', data } as const;
      const { outcome, state } = await handle(requestId, command, { ...context, correlationId: requestId });
      if (state.status === 'absent') return undefined;
      if (outcome === 'accepted') return { outcome, result: resultFor(state, submission) };
      return isOpen(state) || isFrom(state, submission) ? ignored(state, submission) : undefined;
    },
  };
};
