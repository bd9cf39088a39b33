import { type Counter, metrics } from '@opentelemetry/api';

export interface ReactionOutcome {
  readonly reactor: string;
  /** Type of the event. */
  readonly type: string;
  readonly outcome: 'handled' | 'retried' | 'dead-lettered';
}

let counter: Counter | undefined;

/** Counts outcomes by reactor, type of event and outcome; silent while no metrics SDK is loaded. */
export const countReaction = ({ reactor, type, outcome }: ReactionOutcome): void => {
  counter ??= metrics.getMeter('@keyledger/messaging-nats').createCounter('keyledger.reactor.events', {
    description: 'Events by how a reactor dealt with them',
  });
  counter.add(1, { reactor, type, outcome });
};
