import type { Mailbox } from '@keyledger/testing';
import { Arrivals } from './arrivals.ts';

export interface MailWatch extends Disposable {
  /** By address of the recipient; a mail has arrived when the SMTP server of the mailbox has accepted it. */
  readonly arrivals: Arrivals;
}

/** One watcher for all who wait, since each look of the mailbox goes over every mail. */
export const watchMails = (mailbox: Mailbox): MailWatch => {
  const arrivals = new Arrivals('The mail to');
  const stop = new AbortController();
  const watch = async (): Promise<void> => {
    const seen = new Set<string>();
    for (;;) {
      const { id, to } = await mailbox.received((mail) => !seen.has(mail.id), stop.signal);
      seen.add(id);
      for (const address of to) arrivals.announce(address);
    }
  };
  watch().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return { arrivals, [Symbol.dispose]: () => stop.abort() };
};
