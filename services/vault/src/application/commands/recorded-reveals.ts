import { isAppError } from '@keyledger/errors';
import { commandHandler, type StreamMemory } from '@keyledger/event-sourcing';
import type { MessageContext } from '@keyledger/messaging';
import type { SecretBytes } from '@keyledger/secrets';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { SecretRefusal } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import { recordReadability } from './record-readability.ts';
import type { RecordedRevealDeps } from './recorded-reveal.ts';
import { type CommandsOf, type RevealAttempt, revealAttempts } from './reveal-attempts.ts';
import { assertAwaited, isOutdated, revealContextOf } from './reveal-steps.ts';

export type ItemAnswer =
  | Readonly<{ outcome: 'accepted'; mask: string; version: number }>
  | Readonly<{ outcome: 'ignored'; because: string; mask: string; version: number }>
  | Readonly<{ outcome: 'refused'; code: SecretRefusal | 'secret-unreadable' | 'not-recorded' }>;

export interface BatchWish<Given> {
  readonly secretIds: readonly string[];
  readonly commandsOf: CommandsOf;
  /** The values together may not be longer. */
  readonly mostBytes: number;
  /** Takes the keys that may be given out, which are gone when it returns. */
  readonly give: (keys: ReadonlyMap<string, SecretBytes>) => Given;
}

export interface BatchAnswer<Given> {
  readonly answers: ReadonlyMap<string, ItemAnswer>;
  readonly given: Given;
}

/** Rounds in which what others wrote in between is read, and decided anew. */
const MOST_ROUNDS = 5;

/**
 * What `recordedReveal` does for one secret, for several: they are read together, opened together, and their records are
 * appended together, each to its own stream and at its own expected revision. Where that fails because somebody else wrote in
 * between, the secret is taken up again in the next round; no other waits for it or fails with it. `undefined`, and nothing is
 * recorded, when the values are too long together.
 */
export const recordedReveals = (deps: RecordedRevealDeps, memory: StreamMemory<Secret>) => {
  const { eventStore, sealer, clock } = deps;
  const handle = commandHandler(eventStore, secrets, 1);
  const noteReadability = recordReadability({ eventStore, clock });
  const { byReading, byMemory } = revealAttempts(eventStore, memory);

  const note = ({ secretId, command }: RevealAttempt, isReadable: boolean, { correlationId }: MessageContext) =>
    noteReadability({ secretId, version: command.data.version, isReadable }, 'reveal', correlationId);

  const opening = async (attempts: readonly RevealAttempt[]): Promise<ReadonlyMap<string, SecretBytes>> => {
    const openable = attempts.flatMap(({ secretId, command, wanted }) => {
      if (wanted === undefined) return [];
      const { version } = command.data;
      return [{ envelope: wanted.envelope, context: { secretId, version, owner: wanted.owner } }];
    });
    const opened = await sealer.openMany(openable);
    return new Map(
      openable.flatMap(({ context: { secretId } }, index) => {
        const key = opened[index];
        return key === undefined ? [] : [[secretId, key] as const];
      }),
    );
  };

  /** `undefined` when it has to be looked at once more. */
  const settle = async (
    attempt: RevealAttempt,
    key: SecretBytes | undefined,
    caller: MessageContext,
  ): Promise<ItemAnswer | undefined> => {
    const { secretId, command, seen, wanted, isTentative } = attempt;
    if (wanted !== undefined && key === undefined) {
      if (isTentative) return undefined;
      await note(attempt, false, caller);
      return { outcome: 'refused', code: 'secret-unreadable' };
    }
    if (wanted?.isUnreadable === true) {
      await note(attempt, true, caller);
      return undefined;
    }
    const handled = await handle(secretId, command, revealContextOf(command, caller, clock()), seen);
    memory.keep(secretId, handled);
    if (handled.outcome === 'refused') return { outcome: 'refused', code: handled.code };
    const event = handled.outcome === 'accepted' ? handled.events[0] : undefined;
    if (event?.type === 'RevealDenied') return { outcome: 'refused', code: event.data.reason };
    if (wanted === undefined) throw new Error('A reveal was recorded for a secret that was not opened');
    const shown = { mask: wanted.mask, version: command.data.version };
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, ...shown }
      : { outcome: 'accepted', ...shown };
  };

  const settleUnlessOutdated = async (...what: Parameters<typeof settle>): Promise<ItemAnswer | undefined> => {
    try {
      return await settle(...what);
    } catch (error) {
      if (isOutdated(error)) return undefined;
      if (isAppError(error, 'unavailable')) return { outcome: 'refused', code: 'not-recorded' };
      throw error;
    }
  };

  return async <Given>(wish: BatchWish<Given>, caller: MessageContext): Promise<BatchAnswer<Given> | undefined> => {
    const { secretIds, commandsOf, mostBytes, give } = wish;
    const answers = new Map<string, ItemAnswer>();
    const keys = new Map<string, SecretBytes>();
    using opened = new DisposableStack();

    /** False when the values are too long, which only counts while nothing is recorded. */
    const round = async (attempts: readonly RevealAttempt[]): Promise<boolean> => {
      const found = await opening(attempts);
      for (const key of found.values()) opened.use(key);
      const bytes = [...found.values()].reduce((sum, { length }) => sum + length, 0);
      if (answers.size === 0 && bytes > mostBytes) return false;
      assertAwaited(clock(), caller, 'none of their grants was used');
      const settling = attempts.map(async (attempt) => {
        const { secretId } = attempt;
        const key = found.get(secretId);
        const answer = await settleUnlessOutdated(attempt, key, caller);
        if (answer === undefined) return;
        answers.set(secretId, answer);
        if (answer.outcome !== 'refused' && key !== undefined) keys.set(secretId, key);
      });
      // All of them come to their end before a defect of one is told, so that nothing is still being written then.
      const failed = (await Promise.allSettled(settling)).find((each) => each.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return true;
    };

    const left = (): string[] => secretIds.filter((secretId) => !answers.has(secretId));
    const early = await byMemory(secretIds, commandsOf);
    const remembered = new Set(early.map(({ secretId }) => secretId));
    const unknown = secretIds.filter((secretId) => !remembered.has(secretId));
    if (!(await round([...early, ...(await byReading(unknown, commandsOf))]))) return undefined;
    for (let rounds = 2; rounds <= MOST_ROUNDS && left().length > 0; rounds += 1)
      await round(await byReading(left(), commandsOf));
    for (const secretId of left()) answers.set(secretId, { outcome: 'refused', code: 'not-recorded' });
    assertAwaited(clock(), caller, 'the same grants answer the same recipient again');
    return { answers, given: give(keys) };
  };
};
