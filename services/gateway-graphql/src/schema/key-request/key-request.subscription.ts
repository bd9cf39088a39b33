import type { Principal } from '@keyledger/messaging';
import { type Snapshot, watchState } from '../../application/watch-state.ts';
import { builder, REMOTE } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { uuidOf } from '../global-id.ts';
import { hasSessionEnded } from '../session-end.ts';
import { keyRequestSource, type KeyRequestSource } from '../sources.ts';
import { claimCodeDescription } from './key-request.queries.ts';
import { KeyRequestType } from './key-request.type.ts';

/** What came of a part of the request; a service that does not answer right now has not changed anything. */
const settled = async <Value>(value: Promise<Value>): Promise<Value | 'unknown'> =>
  value.catch(() => 'unknown' as const);

/** Reads everything that the subscription shows; a new reader each time, so that nothing is shown from memory. */
const snapshotOf = async (
  context: GatewayContext,
  principal: Principal,
  requestId: string,
): Promise<Snapshot<KeyRequestSource> | undefined> => {
  if (await hasSessionEnded(context)) return undefined;
  const reader = context.readAs(principal);
  const [view, lease, deliveries] = await Promise.all([
    reader.keyRequest(requestId),
    settled(reader.leaseOf(requestId)),
    settled(reader.deliveriesOf(requestId)),
  ]);
  if (view === null) return undefined;
  return { source: keyRequestSource(view, reader), fingerprint: JSON.stringify([view, lease, deliveries]) };
};

builder.subscriptionField('keyRequestUpdated', (t) =>
  t.field({
    type: KeyRequestType,
    complexity: REMOTE,
    description:
      'The request as it is now, then again after each change of the request, its lease or its deliveries. Stays open ' +
      'when the request has come to its end, since the link may still be opened; the client closes it. Ends when the ' +
      'request may be seen no longer. After a break, subscribe again: the first message is the current state.',
    args: {
      id: t.arg.id({ required: true, description: 'Global id or UUID of the request.' }),
      claimCode: t.arg.string({ description: claimCodeDescription }),
    },
    subscribe: async (_root, { id, claimCode }, context) => {
      const requestId = uuidOf(id, 'KeyRequest');
      const principal = await context.principalFor(requestId, claimCode);
      return watchState({
        topic: requestId,
        feed: context.eventFeed,
        times: context.watchTimes,
        stopping: context.stopping,
        load: () => snapshotOf(context, principal, requestId),
      });
    },
    resolve: (source) => source,
  }),
);
