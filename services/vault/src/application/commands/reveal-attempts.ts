import { type EventStore, type LoadedStream, loadStreams, type StreamMemory } from '@keyledger/event-sourcing';
import { secret as secrets } from '../../domain/secret/secret.decider.ts';
import type { RevealSecret } from '../../domain/secret/secret.messages.ts';
import type { Secret } from '../../domain/secret/secret.state.ts';
import { versionToOpen, type WantedVersion } from './reveal-steps.ts';

type Seen = ReadonlyMap<string, LoadedStream<Secret>>;

/** What is asked of secrets as they stand: one command for each. */
export type CommandsOf = (states: ReadonlyMap<string, Secret>) => Promise<ReadonlyMap<string, RevealSecret>>;

export interface RevealAttempt {
  readonly secretId: string;
  readonly command: RevealSecret;
  readonly seen: LoadedStream<Secret>;
  /** `undefined` when nothing is to be opened. */
  readonly wanted: WantedVersion | undefined;
  /** By what the process remembers, which may be out of date. */
  readonly isTentative: boolean;
}

const attemptsOf = async (seen: Seen, commandsOf: CommandsOf, isTentative: boolean): Promise<RevealAttempt[]> => {
  const commands = await commandsOf(new Map([...seen].map(([secretId, { state }]) => [secretId, state])));
  return [...seen].flatMap(([secretId, loaded]) => {
    const command = commands.get(secretId);
    if (command === undefined) return [];
    return [{ secretId, command, seen: loaded, wanted: versionToOpen(loaded.state, command), isTentative }];
  });
};

/** Prepares reveals of several secrets by the states of their streams. */
export const revealAttempts = (eventStore: EventStore, memory: StreamMemory<Secret>) => {
  /** All of them, each read from where it is remembered, together. */
  const byReading = async (secretIds: readonly string[], commandsOf: CommandsOf): Promise<RevealAttempt[]> => {
    const known = new Map(secretIds.map((secretId) => [secretId, memory.recall(secretId)]));
    return attemptsOf(await loadStreams(eventStore, secrets, known), commandsOf, false);
  };

  /** Of those that are remembered the ones that would be recorded as revealed: nothing else is decided without reading. */
  const byMemory = async (secretIds: readonly string[], commandsOf: CommandsOf): Promise<RevealAttempt[]> => {
    const seen = secretIds.flatMap((secretId) => {
      const remembered = memory.recall(secretId);
      return remembered === undefined ? [] : [[secretId, remembered] as const];
    });
    const attempts = await attemptsOf(new Map(seen), commandsOf, true);
    return attempts.filter(
      ({ command, seen: { state }, wanted }) =>
        wanted !== undefined && secrets.decider.decide(command, state).outcome === 'accepted',
    );
  };

  return { byReading, byMemory };
};
