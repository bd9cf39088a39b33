import { AppError, isAppError } from '@keyledger/errors';
import { type Clock, commandHandler, type EventStore, loadStream, newId } from '@keyledger/event-sourcing';
import { setTimeout as sleep } from 'node:timers/promises';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import { ownContext } from '../own-context.ts';
import type { KeyRing } from '../ports/key-ring.port.ts';
import type { MasterKey, MasterKeySource } from '../ports/master-key.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';

export type SealStatus = Readonly<{ isSealed: false }> | Readonly<{ isSealed: true; reason: string }>;

export interface UnsealingDeps {
  readonly eventStore: EventStore;
  readonly keyRing: KeyRing;
  readonly source: MasterKeySource;
  readonly clock: Clock;
  /** Pause between two attempts. */
  readonly retryAfterMs: number;
  /** Called when the status changes, and for every unexpected error. */
  readonly report: (status: SealStatus, error?: unknown) => void;
}

export interface Unsealing extends OpenMasterKeys {
  status(): SealStatus;
  /** Tries once. Never rejects: what went wrong is the status. */
  attempt(): Promise<SealStatus>;
  /** Tries until the vault is unsealed, then rests until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Opens the master key. A vault starts sealed; it stays so, and changes nothing, while the key is missing, wrong or out
 * of reach, and unseals by itself when that has been put right. The first vault ever to find a key establishes it.
 */
export const unsealing = (deps: UnsealingDeps): Unsealing => {
  let status: SealStatus = { isSealed: true, reason: 'The vault is starting' };
  let opened: MasterKey | undefined;

  const masterKey = (): MasterKey => {
    if (opened === undefined) throw new AppError('sealed', 'The vault is sealed; an administrator must unseal it');
    return opened;
  };

  const changeTo = (next: SealStatus, error?: unknown): SealStatus => {
    const isNews =
      next.isSealed !== status.isSealed || (next.isSealed && status.isSealed && next.reason !== status.reason);
    status = next;
    if (isNews || error !== undefined) deps.report(status, error);
    return status;
  };

  const attempt = async (): Promise<SealStatus> => {
    if (!status.isSealed) return status;
    try {
      opened = await openMasterKey(deps);
      return changeTo({ isSealed: false });
    } catch (error) {
      if (isAppError(error, 'sealed')) return changeTo({ isSealed: true, reason: error.message });
      if (isAppError(error))
        return changeTo({ isSealed: true, reason: `The master key is not known yet: ${error.code}` });
      return changeTo({ isSealed: true, reason: 'Unexpected error while unsealing; see the log' }, error);
    }
  };

  return {
    status: () => status,
    attempt,
    active: masterKey,
    find: (masterKeyId) => (masterKey().id === masterKeyId ? masterKey() : undefined),
    run: async (signal) => {
      while (!signal.aborted && (await attempt()).isSealed)
        await sleep(deps.retryAfterMs, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    },
  };
};

const openMasterKey = async (deps: UnsealingDeps): Promise<MasterKey> => {
  const { state } = await loadStream(deps.eventStore, masterKeys, MASTER_KEYS);
  return state.active === undefined ? establishMasterKey(deps) : deps.source.open(state.active);
};

/** When two vaults do this at once, one key is established and the other vault opens that one. */
const establishMasterKey = async ({ eventStore, keyRing, source, clock }: UnsealingDeps): Promise<MasterKey> => {
  if (!(await keyRing.isEmpty()))
    throw new AppError(
      'sealed',
      'The key ring belongs to another event store: it holds keys, and no master key is known',
    );
  const { parameters, masterKey } = await source.create(newId());
  const now = clock().toISOString();
  const command = { type: 'EstablishMasterKey', data: { masterKeyId: masterKey.id, parameters, now } } as const;
  const { outcome, state } = await commandHandler(eventStore, masterKeys)(MASTER_KEYS, command, ownContext(clock()));
  if (outcome === 'accepted' || state.active === undefined) return masterKey;
  return source.open(state.active);
};
