import { type Clock, commandHandler, type EventStore, loadStream } from '@keyledger/event-sourcing';
import { setTimeout as sleep } from 'node:timers/promises';
import { MASTER_KEYS, masterKeys } from '../../domain/master-key/master-key.decider.ts';
import type { MasterKeyCommand } from '../../domain/master-key/master-key.messages.ts';
import { isRotating, type MasterKeys } from '../../domain/master-key/master-key.state.ts';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { WrappedKey } from '../ports/key-ring.port.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { MasterKey } from '../ports/master-key.port.ts';
import type { OpenMasterKeys } from '../ports/master-keys.port.ts';
import { SecretUnreadable } from '../ports/secret-sealer.port.ts';
import type { Rewrapping, WrappedKeys } from '../ports/wrapped-keys.port.ts';
import type { SealStatus } from './unsealing.ts';

/** Data keys that are wrapped anew in one step: few enough that nobody waits for the processor, or for a row. */
const PAGE = 50;
/**
 * How long it rests after each page, as a multiple of the time that the page took: most of processor and disk belongs to
 * those who wait for a secret, however slow the machine.
 */
const REST = 2;
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

  /** `undefined`: no master key opens the key. */
  const wrappedAnew = async (previous: WrappedKey, target: MasterKey): Promise<Rewrapping | undefined> => {
    try {
      const masterKey = await deps.masterKeys.find(previous.masterKeyId);
      if (masterKey === undefined) throw new SecretUnreadable();
      const dataKey = await masterKey.unwrap(previous.wrapped, previous);
      return { previous, wrapped: await target.wrap(dataKey, previous) };
    } catch (error) {
      if (!(error instanceof SecretUnreadable)) throw error;
      if (!givenUp.has(previous.keyId)) deps.report(error, previous.keyId);
      return undefined;
    }
  };

  /** Answers the ids of those that no master key opens; they stay as they are. */
  const rewrapPage = async (page: readonly WrappedKey[], target: MasterKey): Promise<readonly string[]> => {
    const startedAt = performance.now();
    const changes: Rewrapping[] = [];
    const damaged: string[] = [];
    for (const key of page) {
      const change = await wrappedAnew(key, target);
      if (change === undefined) damaged.push(key.keyId);
      else changes.push(change);
    }
    if (changes.length > 0) await deps.wrappedKeys.rewrap(target.id, changes);
    await sleep(REST * (performance.now() - startedAt));
    return damaged;
  };

  const rewrapAll = async (state: MasterKeys, target: MasterKey): Promise<void> => {
    const others = state.known.filter(({ status }) => status === 'deactivated' || status === 'compromised');
    if (others.length === 0) return;
    const isRunning = isRotating(state);
    const census = await deps.wrappedKeys.census();
    const total = others.reduce((sum, { masterKeyId }) => sum + (census.get(masterKeyId) ?? 0), 0);
    const step = Math.max(SMALLEST_STEP, Math.ceil(total / STEPS));
    const before = state.rotation?.rewrapped ?? 0;
    const damaged = new Set<string>();
    let done = 0;
    let hopeless = 0;
    let told = 0;
    const progress = () => ({
      rotationId: state.rotation?.rotationId as string,
      masterKeyId: target.id,
      rewrapped: before + done - damaged.size - hopeless,
      now: deps.clock().toISOString(),
    });

    for (const { masterKeyId } of others)
      for await (const page of pagesWrappedBy(deps.wrappedKeys, masterKeyId)) {
        const worthTrying = page.filter(({ keyId }) => isRunning || !givenUp.has(keyId));
        for (const keyId of await rewrapPage(worthTrying, target)) damaged.add(keyId);
        hopeless += page.length - worthTrying.length;
        done += page.length;
        if (!isRunning || done - told < step || done >= total) continue;
        told = done;
        await tell({ type: 'ReportRotation', data: { ...progress(), remaining: total - done } });
      }
    await deps.markUnreadable(damaged);
    for (const keyId of damaged) givenUp.add(keyId);
    const unreadable = damaged.size + hopeless;
    if (isRunning) await tell({ type: 'CompleteRotation', data: { ...progress(), unreadable } });
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

async function* pagesWrappedBy(wrappedKeys: WrappedKeys, masterKeyId: string): AsyncIterable<readonly WrappedKey[]> {
  let after: string | undefined;
  for (;;) {
    const page = await wrappedKeys.wrappedBy(masterKeyId, { after, limit: PAGE });
    if (page.length > 0) yield page;
    after = page.at(-1)?.keyId;
    if (page.length < PAGE) return;
  }
}
