import { setTimeout as delay } from 'node:timers/promises';
import { type EventStore, newId, streamName } from '@keyledger/event-sourcing';
import type { EventReactor } from '@keyledger/messaging';
import { sampleEvent } from '../sample-events.ts';
import { LeaseIssued } from './lease-issued.ts';

const WRITERS = 32;

/** Appends under load and notes when each event reaches a reactor of another service. */
export class Arrivals {
  readonly #store: EventStore;
  readonly #committed = new Map<string, number>();
  readonly #seen = new Map<string, number>();
  readonly reactor: EventReactor = {
    name: 'deliver-key-when-lease-issued',
    handles: [LeaseIssued],
    react: ({ id }) => {
      this.#seen.set(id, performance.now());
      return Promise.resolve();
    },
  };

  constructor(store: EventStore) {
    this.#store = store;
  }

  /** Waits until so many events have arrived, then forgets them. */
  async of(count: number): Promise<void> {
    while (this.#seen.size < count) await delay(5);
    this.#seen.clear();
    this.#committed.clear();
  }

  /** Events per second from the first append to the last arrival, when writers wait for nothing but their commits. */
  async atFullLoad(forMs: number): Promise<number> {
    const startedAt = performance.now();
    const writer = async (): Promise<void> => {
      while (performance.now() - startedAt < forMs) await this.#append();
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
    const count = this.#committed.size;
    await this.of(count);
    return (count * 1000) / (performance.now() - startedAt);
  }

  /** The time from commit to arrival of each event, when appends come at a steady rate. */
  async atLoad(perSecond: number, forMs: number): Promise<number[]> {
    const startedAt = performance.now();
    const appends: Promise<void>[] = [];
    for (let passedMs = 0; passedMs < forMs; passedMs = performance.now() - startedAt) {
      while (appends.length < (passedMs * perSecond) / 1000) appends.push(this.#append());
      await delay(1);
    }
    await Promise.all(appends);
    while (this.#seen.size < appends.length) await delay(5);
    return [...this.#committed].map(([id, committedAt]) => Math.max(0, (this.#seen.get(id) ?? NaN) - committedAt));
  }

  async #append(): Promise<void> {
    const event = sampleEvent();
    await this.#store.append(streamName('lease', newId()), [event], 'no-stream');
    this.#committed.set(event.id, performance.now());
  }
}
