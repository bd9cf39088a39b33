import { MailFaults } from './mail-faults.ts';
import type { MailMessage } from './mail-message.ts';
import { MailStore } from './mail-store.ts';
import { startMailboxHttp } from './mailbox-http.ts';
import { startSmtpCatcher } from './smtp-catcher.ts';

export interface MailboxOptions {
  /** Of the page and its API; default: a free one. */
  readonly port?: number;
  /** Default: a free one. */
  readonly smtpPort?: number;
  /** Where the mails survive a restart; default: nowhere. */
  readonly dataFile?: string;
  /** Offers STARTTLS, with a certificate that nobody signed; default: no. */
  readonly startTls?: boolean;
}

export interface Mailbox {
  readonly smtpPort: number;
  /** Of the page. */
  readonly url: string;
  readonly faults: MailFaults;
  /** Oldest first. */
  messages(): readonly MailMessage[];
  /** The first mail that fits, as soon as it is there. Throws when the signal ends the waiting. */
  received(fits: (message: MailMessage) => boolean, signal?: AbortSignal): Promise<MailMessage>;
  clear(): void;
  stop(): Promise<void>;
}

/** An SMTP server that catches every mail, and a page that shows them. */
export const startMailbox = async (options: MailboxOptions = {}): Promise<Mailbox> => {
  const store = new MailStore(options.dataFile);
  const faults = new MailFaults();
  const http = await startMailboxHttp(options.port, store);
  const smtp = await startSmtpCatcher(
    { port: options.smtpPort ?? 0, startTls: options.startTls ?? false },
    store,
    faults,
  ).catch(async (error: unknown) => {
    await http.stop();
    throw error;
  });
  return {
    smtpPort: smtp.port,
    url: http.url,
    faults,
    messages: () => store.all(),
    received: (fits, signal = new AbortController().signal) => firstThatFits(store, fits, signal),
    clear: () => store.clear(),
    stop: async () => {
      await http.stop();
      await smtp.stop();
      store.close();
    },
  };
};

const firstThatFits = async (
  store: MailStore,
  fits: (message: MailMessage) => boolean,
  signal: AbortSignal,
): Promise<MailMessage> => {
  signal.throwIfAborted();
  for await (const _ of store.changes(signal)) {
    const found = store.all().find(fits);
    if (found) return found;
  }
  signal.throwIfAborted();
  throw new Error('The mailbox was closed');
};
