import { counter, type Logger } from '@keyledger/telemetry';
import type { SendOutcome } from './application/ports/mailer.port.ts';

const mails = counter({
  name: 'delivery.mail.sent',
  description: 'Attempts to hand a mail over to the mail server, by what came of them',
  attributes: ['outcome', 'cause'],
});

/** What a mail server says may quote the mail; whoever reads the log shall not be able to open a link. */
const withoutLinks = (reply: string): string => reply.replace(/https?:\/\/\S+/g, '<link>');

export const mailEnded = (logger: Logger, sent: SendOutcome, reply = ''): void => {
  const cause = sent.outcome === 'accepted' ? 'none' : sent.cause;
  mails.add(1, { outcome: sent.outcome, cause });
  if (sent.outcome !== 'accepted')
    logger.warn({ outcome: sent.outcome, cause, reply: withoutLinks(reply) }, 'A mail could not be handed over');
};
