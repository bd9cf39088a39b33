import { isAppError } from '@keyledger/errors';
import type { Decider, Message } from './decider.ts';
import type { EventCodec } from './event-codec.ts';
import type { EventStore, ExpectedRevision } from './event-store.port.ts';
import { type Actor, type NewEvent, type Position, streamIdOf, type StreamName, streamName } from './event.ts';
import { deriveSequentialId } from './ids.ts';

/** What a command brings along for the metadata of its events. */
export interface CommandContext {
  /** UUIDv7 of the command. The same id again means the same command again. */
  readonly commandId: string;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  /** ISO 8601 with `Z`. */
  readonly occurredAt: string;
}

/** What became of a command, and the stream after it, with which the next command to it can go on. */
export type Handled<State, Event, Refusal extends string> = LoadedStream<State> &
  (
    | Readonly<{ outcome: 'accepted'; events: readonly Event[]; position: Position }>
    | Readonly<{ outcome: 'ignored'; because: string }>
    | Readonly<{ outcome: 'refused'; code: Refusal }>
  );

/** All that is known of the streams of one category: how they are decided, folded and stored. */
export interface StreamCategory<State, Command extends Message, Event extends Message, Refusal extends string> {
  /** camelCase, without a dash. */
  readonly category: string;
  readonly decider: Decider<State, Command, Event, Refusal>;
  readonly codec: EventCodec<Event>;
}

export interface LoadedStream<State> {
  readonly state: State;
  readonly expected: ExpectedRevision;
}

/**
 * Folds one stream. A stream that does not exist gives the initial state and `no-stream`. With `known`, what was loaded
 * before, only what was added since is read.
 */
export const loadStream = async <State, Command extends Message, Event extends Message, Refusal extends string>(
  eventStore: EventStore,
  { category, decider, codec }: StreamCategory<State, Command, Event, Refusal>,
  id: string,
  known: LoadedStream<State> = { state: decider.initialState, expected: 'no-stream' },
): Promise<LoadedStream<State>> => {
  let { state, expected } = known;
  const from = expected === 'no-stream' ? {} : { from: expected + 1n };
  for await (const recorded of eventStore.readStream(streamName(category, id), from)) {
    state = decider.evolve(state, codec.decode(recorded));
    expected = recorded.revision;
  }
  return { state, expected };
};

/** The same for several streams in one reading. Says of each id what `loadStream` would. */
export const loadStreams = async <State, Command extends Message, Event extends Message, Refusal extends string>(
  eventStore: EventStore,
  { category, decider, codec }: StreamCategory<State, Command, Event, Refusal>,
  known: ReadonlyMap<string, LoadedStream<State> | undefined>,
): Promise<ReadonlyMap<string, LoadedStream<State>>> => {
  const fresh: LoadedStream<State> = { state: decider.initialState, expected: 'no-stream' };
  const loaded = new Map([...known].map(([id, seen]) => [id, seen ?? fresh]));
  const wanted = [...loaded].map(([id, { expected }]) => ({
    stream: streamName(category, id),
    from: expected === 'no-stream' ? 0n : expected + 1n,
  }));
  for await (const recorded of eventStore.readStreams(wanted)) {
    const id = streamIdOf(recorded.stream);
    const state = decider.evolve((loaded.get(id) ?? fresh).state, codec.decode(recorded));
    loaded.set(id, { state, expected: recorded.revision });
  }
  return loaded;
};

/** Attempts before a command gives up on a stream that others keep writing to. */
const MAX_ATTEMPTS = 8;

const newEvents = <Event extends Message>(
  codec: EventCodec<Event>,
  events: readonly Event[],
  { commandId, ...metadata }: CommandContext,
  stream: StreamName,
): NewEvent[] =>
  events.map((event, index) => ({
    id: deriveSequentialId(commandId, stream, index),
    ...codec.encode(event),
    metadata,
  }));

export type CommandHandler<State, Command extends Message, Event extends Message, Refusal extends string> = (
  id: string,
  command: Command,
  context: CommandContext,
  seen?: LoadedStream<State>,
) => Promise<Handled<State, Event, Refusal>>;

/**
 * Load, decide, append with the revision that was read. A revision conflict loads and decides anew, at most eight times,
 * then surfaces as `revision-conflict`. Repeating a command with the same id after an unknown outcome is safe: its
 * events have the same ids, and the decider meets its own events.
 *
 * With `seen`, a stream that the caller loaded before, the first attempt decides by that: should it be out of date, the
 * append meets a conflict. What is ignored or refused by it was so at that moment. With `maxAttempts` 1 that conflict
 * surfaces, for whoever has prepared something else by `seen` and has to do that anew.
 */
export const commandHandler =
  <State, Command extends Message, Event extends Message, Refusal extends string>(
    eventStore: EventStore,
    streams: StreamCategory<State, Command, Event, Refusal>,
    maxAttempts = MAX_ATTEMPTS,
  ): CommandHandler<State, Command, Event, Refusal> =>
  async (id, command, context, seen) => {
    const { category, decider, codec } = streams;
    const stream = streamName(category, id);
    for (let attempt = 1; ; attempt += 1) {
      const isFirst = attempt === 1;
      const { state, expected } = (isFirst ? seen : undefined) ?? (await loadStream(eventStore, streams, id));
      const decision = decider.decide(command, state);
      if (decision.outcome !== 'accepted') return { ...decision, state, expected };
      try {
        const events = newEvents(codec, decision.events, context, stream);
        const { position, revision } = await eventStore.append(stream, events, expected);
        const after = decision.events.reduce(decider.evolve, state);
        return { ...decision, state: after, expected: revision, position };
      } catch (error) {
        if (!isAppError(error, 'revision-conflict') || attempt === maxAttempts) throw error;
      }
    }
  };
