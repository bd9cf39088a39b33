import { createInbox, type Msg, type MsgHdrs, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import { connectionGeneration } from '../connection-state.ts';

export interface Publication {
  readonly subject: string;
  readonly headers: MsgHdrs;
  readonly payload: string;
  readonly messageId: string;
}

export interface AckedPublisherOptions {
  readonly connection: NatsConnection;
  /** Publications on their way at once. */
  readonly window: number;
  readonly ackTimeoutMs: number;
}

interface Entry {
  readonly messageId: string | undefined;
  readonly sentAt: number;
  readonly done: () => void;
  isAcked: boolean;
}

/** How often the oldest publication is checked for its age. */
const WATCH_INTERVAL_MS = 500;

/**
 * Publishes to JetStream in order with many publications on their way. Acks may come in any order; `done` of an entry
 * is called only when it and all before it are stored. After the first failure it publishes nothing more: whoever uses
 * it makes a new one and begins behind the last entry that was done.
 *
 * The order in the stream is the order of the calls because everything goes over one connection to one server. That is
 * why a change of the connection is a failure: the client would send later publications over the new connection while
 * earlier ones died with the old.
 */
export class AckedPublisher implements Disposable {
  readonly #options: AckedPublisherOptions;
  readonly #generation: string | undefined;
  readonly #inbox: string;
  readonly #acks: Subscription;
  readonly #watch: NodeJS.Timeout;
  readonly #entries: Entry[] = [];
  /** Number of the entry at the head of `#entries`. */
  #first = 0;
  /** Number of the first entry that JetStream refused. */
  #refused = Number.POSITIVE_INFINITY;
  readonly #failure = new AbortController();
  #wake: (() => void) | undefined;

  constructor(options: AckedPublisherOptions) {
    const { connection } = options;
    this.#options = options;
    this.#generation = connectionGeneration(connection);
    this.#inbox = createInbox(inboxPrefixOf(connection));
    this.#acks = connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => this.#onAck(error, message),
    });
    this.#watch = setInterval(() => this.#checkAge(), WATCH_INTERVAL_MS);
  }

  /**
   * Ids of publications that are, or may be, stored although an earlier one is not. Published again under the same id
   * they would be dropped as doubles and stand before the earlier one for ever.
   */
  get overtaking(): readonly string[] {
    const refused = this.#refused - this.#first;
    return this.#entries.flatMap(({ messageId, isAcked }, index) =>
      messageId !== undefined && (isAcked || index > refused) ? [messageId] : [],
    );
  }

  /** Aborts, with the reason, on the first failure: also when nothing is being published at the moment. */
  get failed(): AbortSignal {
    return this.#failure.signal;
  }

  get isFull(): boolean {
    return this.#entries.length >= this.#options.window;
  }

  /** Resolves when half of the window is free, so that publications go out in batches, or when something failed. */
  async room(): Promise<void> {
    while (this.#entries.length > this.#options.window / 2 && !this.failed.aborted) await this.#change();
  }

  /**
   * Sends at once; what is sent within one turn of the event loop shares its way to the server. Throws the failure of any
   * earlier publication, and the client's `InvalidArgumentError` for a message that is too large.
   */
  publish({ subject, headers, payload, messageId }: Publication, done: () => void): void {
    this.failed.throwIfAborted();
    const { connection } = this.#options;
    if (connectionGeneration(connection) !== this.#generation || this.#generation === undefined)
      throw this.#fail(new Error('The connection to NATS changed'));
    headers.set('Nats-Msg-Id', messageId);
    const number = this.#first + this.#entries.length;
    connection.publish(subject, payload, { headers, reply: `${this.#inbox}.${number}` });
    this.#entries.push({ messageId, sentAt: performance.now(), done, isAcked: false });
  }

  /** Passes on `done` in order with the publications around it, for something that needs no publication. */
  skip(done: () => void): void {
    this.#entries.push({ messageId: undefined, sentAt: performance.now(), done, isAcked: true });
    this.#settle();
  }

  /** Resolves when everything is stored. */
  async drained(): Promise<void> {
    while (this.#entries.length > 0 && !this.failed.aborted) await this.#change();
    this.failed.throwIfAborted();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watch);
    if (!this.#options.connection.isClosed()) this.#acks.unsubscribe();
    this.#fail(new Error('The publisher was closed'));
  }

  #change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #fail(failure: Error): Error {
    this.#failure.abort(failure);
    this.#wake?.();
    return failure;
  }

  #onAck(error: Error | null, message: Msg): void {
    if (error !== null) {
      this.#fail(error);
      return;
    }
    const number = Number(message.subject.slice(this.#inbox.length + 1));
    const refusal = refusalOf(message);
    if (refusal === undefined) {
      const entry = this.#entries[number - this.#first];
      if (entry !== undefined) entry.isAcked = true;
      this.#settle();
    } else {
      this.#refused = Math.min(this.#refused, number);
      this.#fail(refusal);
    }
  }

  #settle(): void {
    if (this.failed.aborted) return;
    let settled = 0;
    while (this.#entries[settled]?.isAcked === true) settled += 1;
    if (settled === 0) return;
    this.#first += settled;
    for (const { done } of this.#entries.splice(0, settled)) done();
    this.#wake?.();
  }

  #checkAge(): void {
    const oldest = this.#entries[0];
    if (connectionGeneration(this.#options.connection) !== this.#generation)
      this.#fail(new Error('The connection to NATS changed'));
    else if (oldest !== undefined && performance.now() - oldest.sentAt > this.#options.ackTimeoutMs)
      this.#fail(new Error(`JetStream did not confirm a publication within ${this.#options.ackTimeoutMs} ms`));
  }
}

const inboxPrefixOf = (connection: NatsConnection): string | undefined =>
  (connection as unknown as { readonly options?: { readonly inboxPrefix?: string } }).options?.inboxPrefix;

/** What JetStream, or a server without JetStream, answers when it did not store the message. */
const refusalOf = (message: Msg): Error | undefined => {
  if (message.data.length === 0) return new Error('No stream takes the subject');
  const ack = message.json<{ error?: { code: number; err_code: number; description: string } }>();
  return ack.error === undefined ? undefined : new Error(`JetStream refused: ${ack.error.description}`);
};
