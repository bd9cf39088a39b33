import type { Principal } from '@keyledger/messaging';
import { type Snapshot, watchState } from '../../application/watch-state.ts';
import { builder, REMOTE } from '../../builder.ts';
import type { GatewayContext } from '../../context.ts';
import { hasSessionEnded } from '../session-end.ts';
import { type MasterKeysSource, MasterKeysType } from './master-key.type.ts';

/** The category of the streams that tell of master keys. */
const TOPIC = 'masterKey';

const snapshotOf = async (
  context: GatewayContext,
  principal: Principal,
): Promise<Snapshot<MasterKeysSource> | undefined> => {
  if (await hasSessionEnded(context)) return undefined;
  const reader = context.readAs(principal);
  const ring = await reader.masterKeys();
  return { source: { ring, reader }, fingerprint: JSON.stringify(ring) };
};

builder.subscriptionField('masterKeysUpdated', (t) =>
  t.field({
    type: MasterKeysType,
    complexity: REMOTE,
    description:
      'The master keys and the latest rotation as they are now, then again after each change and each step of a rotation. ' +
      'For administrators and auditors. After a break, subscribe again: the first message is the current state.',
    subscribe: (_root, _args, context) => {
      const principal = context.signedIn();
      return watchState({
        topic: TOPIC,
        feed: context.eventFeed,
        times: context.watchTimes,
        stopping: context.stopping,
        load: () => snapshotOf(context, principal),
      });
    },
    resolve: (source) => source,
  }),
);
