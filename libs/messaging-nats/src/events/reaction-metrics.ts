import { counter } from '@keyledger/telemetry';

export interface ReactionOutcome {
  readonly reactor: string;
  /** Type of the event. */
  readonly type: string;
  readonly outcome: 'handled' | 'retried' | 'dead-lettered';
}

const settled = counter({
  name: 'messaging.event.settled',
  description: 'Deliveries of events by how a reactor dealt with them',
  attributes: ['reactor', 'type', 'outcome'],
});

export const countReaction = ({ reactor, type, outcome }: ReactionOutcome): void =>
  settled.add(1, { reactor, type, outcome });
