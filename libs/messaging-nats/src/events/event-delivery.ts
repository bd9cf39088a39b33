import { isTransient } from '@keyledger/errors';
import type { EventReactor, IntegrationEventDefinition, ServiceName } from '@keyledger/messaging';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Logger } from '../logger.ts';
import { publishDeadLetter } from './dead-letter.ts';
import type { DeliveredMessage } from './delivered-message.ts';
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
  /** Attempts that failed for good, by key of the message; only those of this process count. */
  readonly #permanentFailures = new Map<string, number>();

  constructor(options: EventDeliveryOptions) {
    this.#options = options;
    this.#verdictOn = retryVerdicts(options.retry);
  }

  /** Settles the message in any case; never rejects. */
  async settle(message: DeliveredMessage): Promise<void> {
    const { reactor, definition } = this.#options;
    try {
      const received = { headers: message.raw.headers, payload: message.raw.string() };
      await reactTo(reactor, definition, received, message.deliveries);
      message.ack();
      this.#finished(message, 'handled');
    } catch (error) {
      const verdict = this.#judge(message, error);
      if (verdict.then === 'dead-letter') await this.#giveUp(message, error);
      else this.#comeAgain(message, verdict.afterMs);
    }
  }

  #comeAgain(message: DeliveredMessage, afterMs: number): void {
    message.comeAgain(afterMs);
    this.#count('retried');
  }

  async #giveUp(message: DeliveredMessage, error: unknown): Promise<void> {
    const { connection, service, reactor, logger, retry } = this.#options;
    try {
      await publishDeadLetter(connection, service, reactor.name, message.raw, error);
      message.giveUp();
      this.#finished(message, 'dead-lettered');
    } catch (failure) {
      logger.warn({ err: failure, reactor: reactor.name }, 'A dead letter could not be stored, trying again');
      this.#comeAgain(message, retry.permanent.maxMs);
    }
  }

  #judge(message: DeliveredMessage, error: unknown): Verdict {
    const isPermanent = !isTransient(error);
    const permanentFailures = (this.#permanentFailures.get(message.key) ?? 0) + (isPermanent ? 1 : 0);
    if (isPermanent) this.#permanentFailures.set(message.key, permanentFailures);
    const verdict = this.#verdictOn({ error, deliveries: message.deliveries, permanentFailures });
    this.#log(message, error, verdict.then === 'dead-letter', isPermanent);
    return verdict;
  }

  #log(message: DeliveredMessage, error: unknown, isGivenUp: boolean, isPermanent: boolean): void {
    const { logger, reactor } = this.#options;
    const fields = {
      err: error,
      reactor: reactor.name,
      eventId: message.raw.headers?.get('ce-id'),
      correlationId: message.raw.headers?.get('ce-correlationid'),
      attempt: message.deliveries,
    };
    if (isGivenUp) logger.error(fields, 'An event goes to the dead letters');
    else if (isPermanent) logger.error(fields, 'A reactor failed, the event comes again');
    else logger.warn(fields, 'A reactor could not finish, the event comes again');
  }

  #finished(message: DeliveredMessage, outcome: ReactionOutcome['outcome']): void {
    this.#permanentFailures.delete(message.key);
    this.#count(outcome);
  }

  #count(outcome: ReactionOutcome['outcome']): void {
    this.#options.onOutcome({ reactor: this.#options.reactor.name, type: this.#options.definition.type, outcome });
  }
}
