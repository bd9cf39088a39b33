import { LeaseIssueFailed } from '@keyledger/contracts-vault';
import { asEvent, type EventReactor } from '@keyledger/messaging';
import { type CloseDeps, closeKeyRequest } from './close-key-request.ts';

const name = 'fail-key-request-when-lease-issue-failed';

/** A lease without a request is an administrator's; nobody here waits for it. */
export const failKeyRequestWhenLeaseIssueFailed = (deps: CloseDeps): EventReactor => {
  const close = closeKeyRequest(deps, name);
  return {
    name,
    handles: [LeaseIssueFailed],
    react: async (event) => {
      const failed = asEvent(LeaseIssueFailed, event);
      if (failed?.data.requestId === undefined) return;
      const { requestId, cause, message } = failed.data;
      await close(event, requestId, (now) => ({
        type: 'FailKeyRequest',
        data: { step: 'issuing', cause, message, factId: event.id, now },
      }));
    },
  };
};
