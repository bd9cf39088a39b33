import type { Principal } from '@keyledger/messaging';
import { type Snapshot, watchState } from '../../application/watch-state.ts';
import { builder, REMOTE } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { uuidOf } from '../global-id.ts';
import { hasSessionEnded } from '../session-end.ts';
import { leaseSource, type LeaseSource } from '../sources.ts';
import { LeaseType } from './lease.type.ts';

const snapshotOf = async (
  context: GatewayContext,
  principal: Principal,
  leaseId: string,
): Promise<Snapshot<LeaseSource> | undefined> => {
  if (await hasSessionEnded(context)) return undefined;
  const reader = context.readAs(principal);
  const view = await reader.lease(leaseId);
  return view === null ? undefined : { source: leaseSource(view, reader), fingerprint: JSON.stringify(view) };
};

builder.subscriptionField('leaseUpdated', (t) =>
  t.field({
    type: LeaseType,
    complexity: REMOTE,
    description:
      'The lease as it is now, then again after each change. Ends when it may be seen no longer. After a break, subscribe ' +
      'again: the first message is the current state.',
    args: { id: t.arg.id({ required: true, description: 'Global id or UUID of the lease.' }) },
    subscribe: (_root, { id }, context) => {
      const principal = context.signedIn();
      const leaseId = uuidOf(id, 'Lease');
      return watchState({
        topic: leaseId,
        feed: context.eventFeed,
        times: context.watchTimes,
        stopping: context.stopping,
        load: () => snapshotOf(context, principal, leaseId),
      });
    },
    resolve: (source) => source,
  }),
);
