import { type Clock, commandHandler, type EventStore } from '@keyledger/event-sourcing';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import { SUBMISSION_KEYS, submissionKeys } from '../../domain/submission-key/submission-key.decider.ts';
import { inRounds } from '../in-rounds.ts';
import { ownContext } from '../own-context.ts';
import type { KeyRing } from '../ports/key-ring.port.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { SecretReader } from '../ports/secret-table.port.ts';

/** Held by the replica that shreds. */
const LOCK = 'shredding-what-expired';

/** Secrets in one round. */
const ROUND = 500;

export interface ShredExpiredDeps {
  readonly eventStore: EventStore;
  readonly keyRing: Pick<KeyRing, 'shred'>;
  readonly reader: Pick<SecretReader, 'withVersionsSupersededBefore'>;
  readonly lock: LeaseLock;
  readonly clock: Clock;
  readonly keepVersionsMs: number;
  readonly intervalMs: number;
  /** One secret, or the submission keys, did not let itself be shredded; the next round tries again. */
  readonly report: (error: unknown) => void;
}

export interface ShredExpired {
  /** Shreds what is kept no longer; what cannot be shredded now is left to the next round. */
  round(): Promise<void>;
  /** Rounds until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Earlier versions of secrets that have not counted for as long as they are kept, and submission keys that are accepted no
 * longer. The event comes first, as when somebody shreds; the read model only says where to look, and each stream decides.
 * Needs no master key, so it goes on while the vault is sealed. One replica at a time; were the lock lost, the second event
 * would be refused by its stream.
 */
export const shredExpired = (deps: ShredExpiredDeps): ShredExpired => {
  const { eventStore, keyRing, reader, lock, clock, keepVersionsMs } = deps;
  const handleSecret = commandHandler(eventStore, secrets);
  const handleKeys = commandHandler(eventStore, submissionKeys);

  const shredVersions = async (secretId: string, supersededBefore: string): Promise<void> => {
    const context = ownContext(clock());
    const data = { secretId, caller: context.actor, supersededBefore, now: context.occurredAt };
    const handled = await handleSecret(secretId, { type: 'ShredSecret', data }, context);
    if (handled.outcome !== 'accepted') return;
    const ids = handled.events.flatMap((event) => (event.type === 'SecretShredded' ? event.data.dataKeyIds : []));
    await keyRing.shred(ids);
  };

  const destroyKeys = async (): Promise<void> => {
    const context = ownContext(clock());
    const command = { type: 'DestroySubmissionKeys', data: { now: context.occurredAt } } as const;
    const handled = await handleKeys(SUBMISSION_KEYS, command, context);
    if (handled.outcome !== 'accepted') return;
    const ids = handled.events.flatMap(({ type, data }) => (type === 'SubmissionKeyDestroyed' ? [data.dataKeyId] : []));
    await keyRing.shred(ids);
  };

  const shredAll = async (): Promise<void> => {
    const before = new Date(clock().getTime() - keepVersionsMs);
    await destroyKeys().catch(deps.report);
    for (const secretId of await reader.withVersionsSupersededBefore(before, ROUND))
      await shredVersions(secretId, before.toISOString()).catch(deps.report);
  };

  const round = async (): Promise<void> => {
    await lock.tryHold(LOCK, shredAll);
  };

  return {
    round,
    run: (signal) => inRounds(() => round().catch(deps.report), deps.intervalMs, signal),
  };
};
