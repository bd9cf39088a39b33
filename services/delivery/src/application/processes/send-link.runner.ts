import {
  type Clock,
  type CommandContext,
  type CommandHandler,
  type EventStore,
  loadStream,
  runProcess,
} from '@keyledger/event-sourcing';
import { delivery } from '../../domain/delivery/delivery.decider.ts';
import type { DeliveryCommand, DeliveryEvent, DeliveryRefusal } from '../../domain/delivery/delivery.messages.ts';
import { deliveryProcess, type SendLink } from '../../domain/delivery/delivery.process.ts';
import type { ActiveDelivery, Delivery, Link } from '../../domain/delivery/delivery.state.ts';
import type { Mail, Mailer } from '../ports/mailer.port.ts';
import { mailDeferred } from './mail-attempt.ts';

export type DeliveryHandler = CommandHandler<Delivery, DeliveryCommand, DeliveryEvent, DeliveryRefusal>;

export interface SendLinkDeps {
  readonly eventStore: EventStore;
  readonly handle: DeliveryHandler;
  readonly mailer: Mailer;
  readonly compose: (delivery: ActiveDelivery, link: Link) => Mail;
  readonly clock: Clock;
  readonly retryWindowMs: number;
}

/** The context of a command of this run; `step` tells the commands apart, so that each has its own id. */
export type ContextOf = (step: string) => CommandContext;

export type SendLinkRunner = (deliveryId: string, contextOf: ContextOf) => Promise<void>;

/**
 * Brings one delivery as far as it goes. Throws a transient fault while the mail server does not take the mail; the
 * attempt is recorded by then. Cut off between sending and recording, it sends the same mail with the same link again.
 */
export const sendLinkRunner = ({
  eventStore,
  handle,
  mailer,
  compose,
  clock,
  retryWindowMs,
}: SendLinkDeps): SendLinkRunner => {
  const perform = async ({ link, attempt }: SendLink, state: ActiveDelivery, contextOf: ContextOf): Promise<void> => {
    const sent = await mailer.send(compose(state, link));
    const now = clock().toISOString();
    const data = { linkNumber: link.number, now };
    if (sent.outcome === 'accepted') {
      await handle(state.deliveryId, { type: 'RecordSent', data }, contextOf(`sent-${link.number}`));
      return;
    }
    const { cause } = sent;
    const isPermanent = sent.outcome === 'refused';
    const { state: after } = await handle(
      state.deliveryId,
      { type: 'RecordFailedAttempt', data: { ...data, attempt, cause, isPermanent, retryWindowMs } },
      contextOf(`failed-${link.number}-${attempt}`),
    );
    if (deliveryProcess.nextStep(after) !== undefined) throw mailDeferred(cause, attempt);
  };

  return async (deliveryId, contextOf) => {
    await runProcess(deliveryProcess, {
      load: async () => (await loadStream(eventStore, delivery, deliveryId)).state,
      perform: async (step, state) => {
        if (state.status !== 'absent') await perform(step, state, contextOf);
      },
    });
  };
};
