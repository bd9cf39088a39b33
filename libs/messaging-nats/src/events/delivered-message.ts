import type { JsMsg } from '@nats-io/jetstream';

const settlements: (() => void)[] = [];

/** What is settled within one turn of the event loop goes to the server in one piece; a write each would cost more. */
const soon = (settle: () => void): void => {
  if (settlements.push(settle) === 1) setImmediate(() => settlements.splice(0).forEach((settleOne) => settleOne()));
};

/**
 * A message with the consumer that it came from. The server settles by place in the stream alone. After a loss of its
 * data another event stands in that place, so what came from an earlier life of consumer or connection is not settled
 * any more; its event comes again.
 */
export class DeliveredMessage {
  readonly raw: JsMsg;
  /** The same for each delivery of one event by one life of the consumer. */
  readonly key: string;
  readonly #life: string;
  readonly #currentLife: () => string;

  constructor(raw: JsMsg, currentLife: () => string) {
    this.raw = raw;
    this.#life = currentLife();
    this.#currentLife = currentLife;
    this.key = `${this.#life}/${raw.seq}`;
  }

  get deliveries(): number {
    return this.raw.info.deliveryCount;
  }

  ack(): void {
    soon(() => this.#isCurrent() && this.raw.ack());
  }

  /** Asks for the message again after `afterMs`. */
  comeAgain(afterMs?: number): void {
    soon(() => this.#isCurrent() && this.raw.nak(afterMs));
  }

  /** Never again. Without a reason: servers before 2.10.4 ignore a termination that has one. */
  giveUp(): void {
    soon(() => this.#isCurrent() && this.raw.term());
  }

  /** Asks the server to wait longer. */
  stillWorking(): void {
    if (this.#isCurrent()) this.raw.working();
  }

  #isCurrent(): boolean {
    return this.#currentLife() === this.#life;
  }
}
