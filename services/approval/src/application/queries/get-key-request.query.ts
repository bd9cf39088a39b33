import type { GetKeyRequest } from '@keyledger/contracts-approval';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import { keyRequests } from '../approval-streams.ts';
import type { Handler } from '../operation-handler.ts';
import { maySee } from '../principals.ts';
import { viewOf } from './key-request.view.ts';

export const getKeyRequest =
  ({ eventStore }: { readonly eventStore: EventStore }): Handler<typeof GetKeyRequest> =>
  async ({ requestId }, { principal }) => {
    if (!maySee(principal, requestId)) return null;
    const { state } = await loadStream(eventStore, keyRequests, requestId);
    return state.status === 'absent' ? null : viewOf(state);
  };
