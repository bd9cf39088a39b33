import { AppError, isAppError } from '@keyledger/errors';
import { loadStream } from '@keyledger/event-sourcing';
import { isDeepStrictEqual } from 'node:util';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import { findMasterKey, type MasterKeyRecord } from '../../domain/master-key/master-key.state.ts';
import { inRounds } from '../in-rounds.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import type { MasterKeyUses } from '../ports/master-key-uses.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import { countedMasterKey } from './counted-master-key.ts';
import {
  type KnownMasterKeysDeps,
  knownMasterKeys,
  type MadeMasterKey,
  neededKeys,
  withoutWriter,
} from './known-master-keys.ts';

export type SealStatus = Readonly<{ isSealed: false }> | Readonly<{ isSealed: true; reason: string }>;

export interface UnsealingDeps extends KnownMasterKeysDeps {
  readonly uses: MasterKeyUses;
  /** Pause between two attempts, and between two looks whether another replica changed the master keys. */
  readonly retryAfterMs: number;
  /** Called when the status changes, and for every unexpected error. */
  readonly report: (status: SealStatus, error?: unknown) => void;
}

export interface Unsealing extends OpenMasterKeys {
  status(): SealStatus;
  /** Tells each change of the status from now on. */
  watch(listener: (status: SealStatus) => void): void;
  /**
   * Offers a key that was just made, so that it need not be derived or asked for once more. It is used only when it is the very
   * key that is recorded under its id: somebody else may have recorded another one for the same command at the same moment.
   */
  offer(made: MadeMasterKey): void;
  /** Brings the open keys up to date with the master keys that there are. Never rejects: what went wrong is the status. */
  attempt(): Promise<SealStatus>;
  /** Attempts again and again until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Opens the master keys: the one that writes, and each that still wraps a data key. A vault starts sealed; it stays so, and
 * changes nothing, while one of them is missing, wrong or out of reach, and unseals by itself when that has been put right.
 * The first vault ever to find a key establishes it.
 */
export const unsealing = (deps: UnsealingDeps): Unsealing => {
  const opened = new Map<string, MasterKey>();
  const listeners: ((status: SealStatus) => void)[] = [];
  let status: SealStatus = { isSealed: true, reason: 'The vault is starting' };
  let activeId: string | undefined;
  let offered: MadeMasterKey | undefined;

  const changeTo = (next: SealStatus, error?: unknown): SealStatus => {
    const isNews =
      next.isSealed !== status.isSealed || (next.isSealed && status.isSealed && next.reason !== status.reason);
    status = next;
    if (isNews || error !== undefined) deps.report(status, error);
    if (isNews) for (const listener of listeners) listener(status);
    return status;
  };

  const offer = (made: MadeMasterKey): void => {
    offered = made;
  };

  const openKey = async (known: MasterKeyRecord): Promise<MasterKey> => {
    const already = opened.get(known.masterKeyId);
    if (already !== undefined) return already;
    const isOffered =
      offered?.masterKey.id === known.masterKeyId && isDeepStrictEqual(offered.parameters, known.parameters);
    const found = isOffered && offered !== undefined ? offered.masterKey : await deps.source.open(known);
    const masterKey = countedMasterKey(found, deps.uses);
    opened.set(known.masterKeyId, masterKey);
    return masterKey;
  };

  const refresh = async (): Promise<void> => {
    const state = await knownMasterKeys(deps, offer);
    for (const { masterKeyId, status: now } of state.known) if (now === 'destroyed') opened.delete(masterKeyId);
    for (const key of await neededKeys(deps, state)) await openKey(key);
    if (state.active === undefined) throw new AppError('sealed', withoutWriter(state));
    activeId = state.active.masterKeyId;
  };

  const attempt = async (): Promise<SealStatus> => {
    try {
      await refresh();
      return changeTo({ isSealed: false });
    } catch (error) {
      if (isAppError(error, 'sealed')) return changeTo({ isSealed: true, reason: error.message });
      // What is open stays good while the event store is away.
      if (!status.isSealed) return isAppError(error) ? status : changeTo(status, error);
      if (isAppError(error))
        return changeTo({ isSealed: true, reason: `The master key is not known yet: ${error.code}` });
      return changeTo({ isSealed: true, reason: 'Unexpected error while unsealing; see the log' }, error);
    }
  };

  const assertUnsealed = (): void => {
    if (status.isSealed) throw new AppError('sealed', 'The vault is sealed; an administrator must unseal it');
  };

  return {
    status: () => status,
    watch: (listener) => void listeners.push(listener),
    offer,
    attempt,
    active: () => {
      assertUnsealed();
      return opened.get(activeId as string) as MasterKey;
    },
    find: async (masterKeyId) => {
      assertUnsealed();
      const already = opened.get(masterKeyId);
      if (already !== undefined) return already;
      const { state } = await loadStream(deps.eventStore, masterKeys, MASTER_KEYS);
      const known = findMasterKey(state, masterKeyId);
      return known === undefined || known.status === 'destroyed' ? undefined : openKey(known);
    },
    run: (signal) => inRounds(attempt, deps.retryAfterMs, signal),
  };
};
