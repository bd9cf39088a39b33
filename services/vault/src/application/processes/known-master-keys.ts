import { AppError } from '@keyledger/errors';
import { type Clock, commandHandler, type EventStore, loadStream, newId } from '@keyledger/event-sourcing';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import type { MasterKeyRecord, MasterKeys } from '../../domain/master-key/master-key.state.ts';
import { ownContext } from '../own-context.ts';
import type { KeyRing } from '../ports/key-ring.port.ts';
import type { MasterKeySource } from '../ports/master-key.port.ts';
import type { WrappedKeys } from '../ports/wrapped-keys.port.ts';

export interface KnownMasterKeysDeps {
  readonly eventStore: EventStore;
  readonly keyRing: Pick<KeyRing, 'isEmpty'>;
  readonly wrappedKeys: Pick<WrappedKeys, 'census'>;
  readonly source: MasterKeySource;
  readonly clock: Clock;
}

export type MadeMasterKey = Awaited<ReturnType<MasterKeySource['create']>>;

/** The master keys that are recorded. Where there is none yet, the first is made and recorded, and handed to `onMade`. */
export const knownMasterKeys = async (
  deps: KnownMasterKeysDeps,
  onMade: (made: MadeMasterKey) => void,
): Promise<MasterKeys> => {
  const { state } = await loadStream(deps.eventStore, masterKeys, MASTER_KEYS);
  return state.known.length > 0 ? state : establishMasterKey(deps, onMade);
};

/** A key that wraps nothing any more need not be there, so that a passphrase can be taken away after its rotation. */
export const neededKeys = async (
  { wrappedKeys }: Pick<KnownMasterKeysDeps, 'wrappedKeys'>,
  { known, active }: MasterKeys,
): Promise<readonly MasterKeyRecord[]> => {
  const others = known.filter(({ status }) => status !== 'destroyed' && status !== 'active');
  const census = others.length === 0 ? new Map<string, number>() : await wrappedKeys.census();
  return [...(active === undefined ? [] : [active]), ...others.filter(({ masterKeyId }) => census.has(masterKeyId))];
};

/** Why nothing can be sealed: no master key writes. */
export const withoutWriter = ({ known }: MasterKeys): string => {
  const latest = known.findLast(({ status }) => status === 'suspended' || status === 'compromised');
  return `The master key is ${latest?.status ?? 'not active'}: rotate it${latest?.status === 'suspended' ? ', or resume it' : ''}`;
};

/** When two vaults do this at once, one key is established and the other vault opens that one. */
const establishMasterKey = async (
  { eventStore, keyRing, source, clock }: KnownMasterKeysDeps,
  onMade: (made: MadeMasterKey) => void,
): Promise<MasterKeys> => {
  if (!(await keyRing.isEmpty()))
    throw new AppError(
      'sealed',
      'The key ring belongs to another event store: it holds keys, and no master key is known',
    );
  const made = await source.create(newId());
  const { parameters, masterKey } = made;
  const now = clock().toISOString();
  const command = { type: 'EstablishMasterKey', data: { masterKeyId: masterKey.id, parameters, now } } as const;
  const { state } = await commandHandler(eventStore, masterKeys)(MASTER_KEYS, command, ownContext(clock()));
  onMade(made);
  return state;
};
