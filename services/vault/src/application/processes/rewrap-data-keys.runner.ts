import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { setTimeout as sleep } from 'node:timers/promises';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import type { MasterKeyCommand } from '../../domain/master-key/master-key.messages.ts';
import { isRotating, type MasterKeys } from '../../domain/master-key/master-key.state.ts';
import { ownContext } from '../own-context.ts';
import type { WrappedKey } from '../ports/key-ring.port.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import { SecretUnreadable } from '../ports/secret-sealer.port.ts';
import type { WrappedKeys } from '../ports/wrapped-keys.port.ts';
import type { SealStatus } from './unsealing.ts';

/** Data keys read at once. */
const PAGE = 100;
/** Progress is told in at most so many steps. */
const STEPS = 20;
const SMALLEST_STEP = 100;

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
 * ended, in whichever replica and however it ended. Each key changes in one step: at every moment it is wrapped by one
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

  /** Answers whether the key is still wrapped as it was, since no master key opens it. */
  const rewrapOne = async (previous: WrappedKey, target: MasterKey): Promise<boolean> => {
    try {
      const masterKey = await deps.masterKeys.find(previous.masterKeyId);
      if (masterKey === undefined) throw new SecretUnreadable();
      const dataKey = await masterKey.unwrap(previous.wrapped, previous);
      const wrapped = await target.wrap(dataKey, previous);
      await deps.wrappedKeys.rewrap(previous, { ...previous, masterKeyId: target.id, wrapped });
      return false;
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      if (!givenUp.has(previous.keyId)) deps.report(error, previous.keyId);
      return true;
    }
  };

  const rewrapAll = async (state: MasterKeys, target: MasterKey): Promise<void> => {
    const others = state.known.filter(({ status }) => status === 'deactivated' || status === 'compromised');
    if (others.length === 0) return;
    const census = await deps.wrappedKeys.census();
    const total = others.reduce((sum, { masterKeyId }) => sum + (census.get(masterKeyId) ?? 0), 0);
    const before = state.rotation?.rewrapped ?? 0;
    const step = Math.max(SMALLEST_STEP, Math.ceil(total / STEPS));
    let done = 0;
    let unreadable = 0;
    const damaged = new Set<string>();
    const progress = () => ({
      rotationId: state.rotation?.rotationId as string,
      masterKeyId: target.id,
      rewrapped: before + done - unreadable,
      now: deps.clock().toISOString(),
    });

    for (const { masterKeyId } of others)
      for await (const key of allWrappedBy(deps.wrappedKeys, masterKeyId)) {
        const isHopeless = !isRotating(state) && givenUp.has(key.keyId);
        if (!isHopeless && (await rewrapOne(key, target))) damaged.add(key.keyId);
        if (isHopeless || damaged.has(key.keyId)) unreadable += 1;
        done += 1;
        if (isRotating(state) && done % step === 0 && done < total)
          await tell({ type: 'ReportRotation', data: { ...progress(), remaining: total - done } });
      }
    await deps.markUnreadable(damaged);
    for (const keyId of damaged) givenUp.add(keyId);
    if (isRotating(state)) await tell({ type: 'CompleteRotation', data: { ...progress(), unreadable } });
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
    run: async (signal, before) => {
      while (!signal.aborted) {
        await before()
          .then(round)
          .catch((error: unknown) => deps.report(error));
        await sleep(deps.intervalMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
};

async function* allWrappedBy(wrappedKeys: WrappedKeys, masterKeyId: string): AsyncIterable<WrappedKey> {
  let after: string | undefined;
  for (;;) {
    const page = await wrappedKeys.wrappedBy(masterKeyId, { after, limit: PAGE });
    yield* page;
    after = page.at(-1)?.keyId;
    if (page.length < PAGE) return;
  }
}
