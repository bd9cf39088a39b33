import type { ActiveDelivery, Link } from '../../domain/delivery/delivery.state.ts';
import type { LinkTokens } from '../ports/link-tokens.port.ts';
import type { MailTemplates } from '../ports/mail-templates.port.ts';
import type { Mail } from '../ports/mailer.port.ts';

export interface KeyReadyMailDeps {
  readonly templates: MailTemplates;
  readonly linkTokens: LinkTokens;
  /** Where users reach the gateway, without a slash at the end. */
  readonly publicUrl: string;
}

/** The mail with the one-time link. The same link gives the same mail, in each replica and after each crash. */
export const keyReadyMail =
  ({ templates, linkTokens, publicUrl }: KeyReadyMailDeps) =>
  (delivery: ActiveDelivery, link: Link): Mail => {
    const { deliveryId, requestId, modelIds, mask, gatewayUrl, keyExpiresAt, formerKeyEndsAt } = delivery;
    // By the link and not by the clock: the same link gives the same mail.
    const isToCome = formerKeyEndsAt !== undefined && Date.parse(formerKeyEndsAt) > Date.parse(link.issuedAt);
    const token = linkTokens.issue({ deliveryId, linkNumber: link.number });
    return {
      ...templates.render('key-ready', {
        modelIds,
        mask,
        gatewayUrl,
        keyExpiresAt,
        isSuccessor: formerKeyEndsAt !== undefined,
        formerKeyEndsAt: isToCome ? formerKeyEndsAt : undefined,
        linkUrl: `${publicUrl}/claim/${token}`,
        linkExpiresAt: link.expiresAt,
        requestId,
      }),
      to: delivery.recipient,
      key: `${deliveryId}.${link.number}`,
      threadKey: requestId,
      writtenAt: link.issuedAt,
    };
  };
