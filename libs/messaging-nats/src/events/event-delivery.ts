import { isTransient } from '@keyledger/errors';
import type { EventReactor, IntegrationEventDefinition, ServiceName } from '@keyledger/messaging';
import type { JsMsg } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '../logger.ts';
import { publishDeadLetter } from './dead-letter.ts';
import { reactTo } from './reaction.ts';
import type { ReactionOutcome } from './reaction-metrics.ts';
import { type RetryPolicy, retryVerdicts, type Verdict } from './retry-policy.ts';

export interface EventDeliveryOptions {
  readonly connection: NatsConnection;
  readonly service: ServiceName;
  readonly reactor: EventReactor;
  readonly definition: IntegrationEventDefinition;
  readonly logger: Logger;
  readonly retry: RetryPolicy;
  readonly onOutcome: (outcome: ReactionOutcome) => void;
}

/** What happens to one delivery of an event: it is handled, comes again, or goes to the dead letters. */
export class EventDelivery {
  readonly #options: EventDeliveryOptions;
  readonly #verdictOn: ReturnType<typeof retryVerdicts>;
  /** Attempts that failed for good, by place in the stream; only those of this process count. */
  readonly #permanentFailures = new Map<number, number>();

  constructor(options: EventDeliveryOptions) {
    this.#options = options;
    this.#verdictOn = retryVerdicts(options.retry);
  }

  /** Places in a stream that was made anew name other events. */
  forget(): void {
    this.#permanentFailures.clear();
  }

  /** Settles the message in any case; never rejects. */
  async settle(message: JsMsg): Promise<void> {
    const { reactor, definition } = this.#options;
    try {
      const received = { headers: message.headers, payload: message.string() };
      await reactTo(reactor, definition, received, message.info.deliveryCount);
      message.ack();
      this.#finished(message, 'handled');
    } catch (error) {
      const verdict = this.#judge(message, error);
      if (verdict.then === 'dead-letter') await this.#giveUp(message, error);
      else this.#comeAgain(message, verdict.afterMs);
    }
  }

  #comeAgain(message: JsMsg, afterMs: number): void {
    message.nak(afterMs);
    this.#count('retried');
  }

  async #giveUp(message: JsMsg, error: unknown): Promise<void> {
    const { connection, service, reactor, logger, retry } = this.#options;
    try {
      await publishDeadLetter(connection, service, reactor.name, message, error);
      // Without a reason: servers before 2.10.4 ignore a termination that has one.
      message.term();
      this.#finished(message, 'dead-lettered');
    } catch (failure) {
      logger.warn({ err: failure, reactor: reactor.name }, 'A dead letter could not be stored, trying again');
      this.#comeAgain(message, retry.permanent.maxMs);
    }
  }

  #judge(message: JsMsg, error: unknown): Verdict {
    const isPermanent = !isTransient(error);
    const permanentFailures = (this.#permanentFailures.get(message.seq) ?? 0) + (isPermanent ? 1 : 0);
    if (isPermanent) this.#permanentFailures.set(message.seq, permanentFailures);
    const deliveries = message.info.deliveryCount;
    const verdict = this.#verdictOn({ error, deliveries, permanentFailures });
    this.#log(message, error, verdict.then === 'dead-letter', isPermanent);
    return verdict;
  }

  #log(message: JsMsg, error: unknown, isGivenUp: boolean, isPermanent: boolean): void {
    const { logger, reactor } = this.#options;
    const fields = {
      err: error,
      reactor: reactor.name,
      eventId: message.headers?.get('ce-id'),
      correlationId: message.headers?.get('ce-correlationid'),
      attempt: message.info.deliveryCount,
    };
    if (isGivenUp) logger.error(fields, 'An event goes to the dead letters');
    else if (isPermanent) logger.error(fields, 'A reactor failed, the event comes again');
    else logger.warn(fields, 'A reactor could not finish, the event comes again');
  }

  #finished(message: JsMsg, outcome: ReactionOutcome['outcome']): void {
    this.#permanentFailures.delete(message.seq);
    this.#count(outcome);
  }

  #count(outcome: ReactionOutcome['outcome']): void {
    this.#options.onOutcome({ reactor: this.#options.reactor.name, type: this.#options.definition.type, outcome });
  }
}
