import { EVENTS_STREAM } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import { epochOf, managerOf } from './streams.ts';

/**
 * Notices that the stream of events was deleted and made anew by somebody else, which neither breaks the connection nor
 * fails a publication. Aborts `changed` then. A server that does not answer is no news.
 */
export class EpochWatch implements Disposable {
  readonly #connection: NatsConnection;
  readonly #epoch: string;
  readonly #change = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(connection: NatsConnection, epoch: string, intervalMs: number) {
    this.#connection = connection;
    this.#epoch = epoch;
    this.#timer = setInterval(() => void this.#look().catch(() => undefined), intervalMs);
  }

  get changed(): AbortSignal {
    return this.#change.signal;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const manager = await managerOf(this.#connection);
    const epoch = epochOf(await manager.streams.info(EVENTS_STREAM));
    if (epoch !== this.#epoch) this.#change.abort(new Error('The stream of events was made anew'));
  }
}
