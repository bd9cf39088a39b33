import type { Principal } from '@keyledger/messaging';
import { type Snapshot, watchKeyRequest } from '../../application/watch-key-request.ts';
import { builder, REMOTE } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { uuidOf } from '../global-id.ts';
import { keyRequestSource, type KeyRequestSource } from '../sources.ts';
import { claimCodeDescription } from './key-request.queries.ts';
import { KeyRequestType } from './key-request.type.ts';

/** Whether the browser session in whose name somebody watches is over, by its time or by signing out. */
const hasEnded = async ({ caller, clock, sessionRegister }: GatewayContext): Promise<boolean> => {
  if (caller.kind === 'visitor' || caller.session === undefined) return false;
  const { id, endsAt } = caller.session;
  return endsAt * 1000 <= clock().getTime() || !(await sessionRegister.isOpen(id));
};

/** What came of a part of the request; a service that does not answer right now has not changed anything. */
const settled = async <Value>(value: Promise<Value>): Promise<Value | 'unknown'> =>
  value.catch(() => 'unknown' as const);

/** Reads everything that the subscription shows; a new reader each time, so that nothing is shown from memory. */
const snapshotOf = async (
  context: GatewayContext,
  principal: Principal,
  requestId: string,
): Promise<Snapshot<KeyRequestSource> | undefined> => {
  if (await hasEnded(context)) return undefined;
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
      return watchKeyRequest({
        requestId,
        feed: context.eventFeed,
        times: context.watchTimes,
        stopping: context.stopping,
        load: () => snapshotOf(context, principal, requestId),
      });
    },
    resolve: (source) => source,
  }),
);
