import type { ResendLink } from '@keyledger/contracts-delivery';
import type { Clock } from '@keyledger/event-sourcing';
import { commandContextOf, hasRole, type InputOf, type MessageContext, type ReplyOf } from '@keyledger/messaging';
import { type LinkPolicy, linkTerms } from '../link-terms.ts';
import type { DeliveryHandler } from '../processes/send-link.runner.ts';
import { deliveryView } from '../queries/delivery.view.ts';
import { refusal } from './refusal-messages.ts';

export interface ResendLinkDeps {
  readonly handle: DeliveryHandler;
  readonly clock: Clock;
  readonly links: LinkPolicy;
}

export type ResendLinkCommand = (
  input: InputOf<typeof ResendLink>,
  caller: MessageContext,
) => Promise<ReplyOf<typeof ResendLink>>;

/** Issues the new link; the mail follows from the event. */
export const resendLink =
  ({ handle, clock, links }: ResendLinkDeps): ResendLinkCommand =>
  async ({ deliveryId }, caller) => {
    if (!hasRole(caller.principal, 'admin')) return refusal('not-an-administrator');
    const now = clock();
    const data = { ...linkTerms(links, now), commandId: caller.messageId, now: now.toISOString() };
    const handled = await handle(deliveryId, { type: 'ResendLink', data }, commandContextOf(caller, now));
    if (handled.outcome === 'refused' || handled.state.status === 'absent') {
      const code = handled.outcome === 'refused' ? handled.code : 'delivery-not-found';
      return refusal(code === 'delivery-in-progress' || code === 'delivery-superseded' ? code : 'delivery-not-found');
    }
    const result = deliveryView(handled.state, data.now);
    return handled.outcome === 'ignored'
      ? { outcome: 'ignored', because: handled.because, result }
      : { outcome: 'accepted', result };
  };
