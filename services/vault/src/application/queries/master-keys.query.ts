import type { ListMasterKeys } from '@keyledger/contracts-vault';
import { AppError } from '@keyledger/errors';
import { type EventStore, loadStream } from '@keyledger/event-sourcing';
import { hasRole, type Principal, type ReplyOf } from '@keyledger/messaging';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import type { Rotation } from '../../domain/master-key/master-key.state.ts';
import type { MasterKeyUses } from '../ports/master-key-uses.port.ts';
import type { WrappedKeys } from '../ports/wrapped-keys.port.ts';

export interface MasterKeysQueryDeps {
  readonly eventStore: EventStore;
  readonly wrappedKeys: Pick<WrappedKeys, 'census'>;
  readonly uses: Pick<MasterKeyUses, 'counts'>;
}

type Reply = ReplyOf<typeof ListMasterKeys>;

/** Every master key with what it still wraps, counted in the key ring itself. Needs no master key to be open. */
export const masterKeysQuery =
  ({ eventStore, wrappedKeys, uses }: MasterKeysQueryDeps) =>
  async (principal: Principal): Promise<Reply> => {
    if (!hasRole(principal, 'admin', 'auditor'))
      throw new AppError('forbidden', 'Master keys are shown to administrators and auditors');
    const { state } = await loadStream(eventStore, masterKeys, MASTER_KEYS);
    const [census, counts] = await Promise.all([wrappedKeys.census(), uses.counts()]);
    return {
      masterKeys: state.known.map(({ masterKeyId, parameters, status, addedAt }) => ({
        masterKeyId,
        source: parameters.source,
        status,
        addedAt,
        wraps: census.get(masterKeyId) ?? 0,
        uses: counts.get(masterKeyId) ?? 0,
      })),
      rotation: state.rotation === undefined ? null : viewOf(state.rotation),
    };
  };

const viewOf = ({ remaining, completedAt, ...rotation }: Rotation): NonNullable<Reply['rotation']> => ({
  ...rotation,
  ...(remaining === undefined ? {} : { remaining }),
  ...(completedAt === undefined ? {} : { completedAt }),
});
