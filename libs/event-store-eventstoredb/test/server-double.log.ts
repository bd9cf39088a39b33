import { EventEmitter } from 'node:events';

interface ProposedEvent {
  readonly id: string;
  /** What the server itself reads: type and content type. */
  readonly system: Readonly<Record<string, string>>;
  readonly metadata: unknown;
  readonly data: unknown;
}

export interface StoredEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: number;
  readonly commit: bigint;
  readonly prepare: bigint;
  readonly createdMs: number;
}

/** Bytes that an event takes in the log of the double: positions grow in steps, as they do in a real log. */
const EVENT_SIZE = 100n;

/** The log of the server double; outlives it, so that a "restarted" server finds its events. */
export class Log {
  readonly events: StoredEvent[] = [];
  readonly appended = new EventEmitter().setMaxListeners(0);
  readonly #streams = new Map<string, StoredEvent[]>();

  stream(name: string): readonly StoredEvent[] {
    return this.#streams.get(name) ?? [];
  }

  /** Index of the first event behind a position. */
  indexAfter(prepare: bigint): number {
    const index = this.events.findIndex((event) => event.prepare > prepare);
    return index === -1 ? this.events.length : index;
  }

  /**
   * The last event of the append, or the current revision (-1 for no stream) on a conflict. As documented: an append
   * with an exact expected revision whose events all stand behind that revision already is answered as the first time.
   */
  append(stream: string, events: readonly ProposedEvent[], expected: number): StoredEvent | number {
    const recorded = this.#streams.get(stream) ?? [];
    const current = recorded.length - 1;
    if (current !== expected) {
      const isRepetition = events.every(({ id }, index) => recorded[expected + 1 + index]?.id === id);
      return (isRepetition ? recorded[expected + events.length] : undefined) ?? current;
    }
    const first = BigInt(this.events.length + 1) * EVENT_SIZE;
    const commit = first + BigInt(events.length - 1) * EVENT_SIZE;
    for (const [index, event] of events.entries()) {
      const prepare = first + BigInt(index) * EVENT_SIZE;
      const stored = { ...event, stream, revision: recorded.length, commit, prepare, createdMs: Date.now() };
      recorded.push(stored);
      this.events.push(stored);
    }
    this.#streams.set(stream, recorded);
    this.appended.emit('appended');
    return recorded[recorded.length - 1] as StoredEvent;
  }
}
