import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import type { MasterKeyCommand } from '../../domain/master-key/master-key.messages.ts';
import { isRotating, type MasterKeyRecord, type MasterKeys } from '../../domain/master-key/master-key.state.ts';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import type { WrappedKeys } from '../ports/wrapped-keys.port.ts';
import { pagesWrappedBy, rewrapPage } from './rewrap-page.ts';
import { RotationProgress } from './rotation-progress.ts';
import type { SealStatus } from './unsealing.ts';

/** Held by the replica that wraps. */
const LOCK = 'master-key-rotation';

export interface RewrapDeps {
  readonly eventStore: EventStore;
  readonly wrappedKeys: WrappedKeys;
  readonly masterKeys: OpenMasterKeys;
  readonly sealStatus: () => SealStatus;
  readonly lock: LeaseLock;
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Marks the secrets whose data keys no master key opens. Safe to repeat. */
  readonly markUnreadable: (keyIds: ReadonlySet<string>) => Promise<void>;
  /** What no master key opens, and what went wrong otherwise. */
  readonly report: (error: unknown, keyId?: string) => void;
}

export interface RewrapDataKeys {
  /** Wraps every data key of another master key with the active one. Throws what is worth another attempt. */
  round(): Promise<void>;
  /** Rounds until `signal` aborts, each after `before`. */
  run(signal: AbortSignal, before: () => Promise<void>): Promise<void>;
}

/**
 * Finishes rotations. Which keys are left to do stands in the key ring itself, so that a round goes on where another one
 * ended, in whichever replica and however it ended. A page of keys changes in one step: at every moment each is wrapped by one
 * master key that exists. One replica works at a time; were the lock lost, both would do the same harmless work.
 *
 * Keys that a replica wrapped with the former key, because it had not heard of the rotation, are taken along by a later
 * round, also when the rotation is told as completed.
 */
export const rewrapDataKeys = (deps: RewrapDeps): RewrapDataKeys => {
  const handle = commandHandler(deps.eventStore, masterKeys);

  /** Tried once by this process, and again in each rotation. */
  const givenUp = new Set<string>();

  const tell = (command: MasterKeyCommand) => handle(MASTER_KEYS, command, ownContext(deps.clock()));

  const rewrap = rewrapPage({
    ...deps,
    onUnreadable: (keyId, error) => {
      if (!givenUp.has(keyId)) deps.report(error, keyId);
    },
  });

  const progressOf = async (state: MasterKeys, others: readonly MasterKeyRecord[]): Promise<RotationProgress> => {
    const census = await deps.wrappedKeys.census();
    const total = others.reduce((sum, { masterKeyId }) => sum + (census.get(masterKeyId) ?? 0), 0);
    return new RotationProgress(total, state.rotation?.rewrapped ?? 0);
  };

  const rewrapAll = async (state: MasterKeys, target: MasterKey): Promise<void> => {
    const others = state.known.filter(({ status }) => status === 'deactivated' || status === 'compromised');
    if (others.length === 0) return;
    const isRunning = isRotating(state);
    const progress = await progressOf(state, others);
    const soFar = () => ({
      rotationId: state.rotation?.rotationId as string,
      masterKeyId: target.id,
      rewrapped: progress.rewrapped,
      now: deps.clock().toISOString(),
    });
    const unreadable = new Set<string>();
    for (const { masterKeyId } of others)
      for await (const page of pagesWrappedBy(deps.wrappedKeys, masterKeyId)) {
        const worthTrying = page.filter(({ keyId }) => isRunning || !givenUp.has(keyId));
        const unopened = await rewrap(worthTrying, target);
        for (const keyId of unopened) unreadable.add(keyId);
        const isDue = progress.add(page.length, page.length - worthTrying.length + unopened.length);
        if (isRunning && isDue)
          await tell({ type: 'ReportRotation', data: { ...soFar(), remaining: progress.remaining } });
      }
    await deps.markUnreadable(unreadable);
    for (const keyId of unreadable) givenUp.add(keyId);
    if (isRunning) await tell({ type: 'CompleteRotation', data: { ...soFar(), unreadable: progress.unreadable } });
  };

  const round = async (): Promise<void> => {
    if (deps.sealStatus().isSealed) return;
    await deps.lock.tryHold(LOCK, async () => {
      const { state } = await loadStream(deps.eventStore, masterKeys, MASTER_KEYS);
      if (state.active === undefined) return;
      const target = await deps.masterKeys.find(state.active.masterKeyId);
      if (target !== undefined) await rewrapAll(state, target);
    });
  };

  return {
    round,
    run: (signal, before) => {
      const prepared = () => before().then(round);
      return inRounds(() => prepared().catch((error: unknown) => deps.report(error)), deps.intervalMs, signal);
    },
  };
};
