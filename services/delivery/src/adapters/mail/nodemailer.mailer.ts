import { AppError } from '@keyledger/errors';
import { createTransport } from 'nodemailer';
import parseAddresses from 'nodemailer/lib/addressparser';
import type { Mail, Mailer, SendOutcome } from '../../application/ports/mailer.port.ts';
import { outcomeOf } from './smtp-failure.ts';
import { encryptionOf, type SmtpSettings } from './smtp-settings.ts';

export interface NodemailerOptions {
  readonly smtp: SmtpSettings;
  /** Address for answers of people. */
  readonly replyTo?: string | undefined;
  /** Hears of each failure, with the first line of what the server said: for the log, never for requesters. */
  readonly onFailure?: (failure: { readonly cause: string; readonly reply: string }) => void;
}

const SECOND_MS = 1000;
const CONNECT_TIMEOUT_MS = 10 * SECOND_MS;
const SILENCE_TIMEOUT_MS = 20 * SECOND_MS;
/** For one mail altogether, however slowly the server drips. */
const SEND_TIMEOUT_MS = 45 * SECOND_MS;

const MAX_CONNECTIONS = 5;
const REPLY_LENGTH = 200;

const PLAIN_ADDRESS = /^[^\s@<>()[\],;:"\\\p{Cc}]{1,64}@[^\s@<>()[\],;:"\\\p{Cc}]{1,255}$/u;

const domainOf = (from: string): string => {
  const [sender] = parseAddresses(from, { flatten: true });
  return sender?.address.split('@')[1] ?? 'localhost';
};

const replyOf = (error: unknown): string => {
  const { response } = (error ?? {}) as { response?: string };
  return (response ?? String(error)).replace(/\s+/g, ' ').slice(0, REPLY_LENGTH);
};

/** SMTP through a pool of connections. Whoever makes it closes it. */
export class NodemailerMailer implements Mailer {
  readonly #transport;
  readonly #options: NodemailerOptions;
  readonly #domain: string;

  constructor(options: NodemailerOptions) {
    const { host, port, user, password } = options.smtp;
    this.#options = options;
    this.#domain = domainOf(options.smtp.from);
    this.#transport = createTransport({
      pool: true,
      maxConnections: MAX_CONNECTIONS,
      maxRequeues: 1,
      host,
      port,
      ...encryptionOf(options.smtp),
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      connectionTimeout: CONNECT_TIMEOUT_MS,
      greetingTimeout: CONNECT_TIMEOUT_MS,
      dnsTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: SILENCE_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(mail: Mail): Promise<SendOutcome> {
    if (/[\r\n]/.test(mail.subject)) throw new AppError('malformed', 'The subject of a mail is a single line');
    if (!PLAIN_ADDRESS.test(mail.to)) return { outcome: 'refused', cause: 'recipient-malformed' };
    try {
      await this.#transport.sendMail(this.#message(mail));
      return { outcome: 'accepted' };
    } catch (error) {
      const failure = outcomeOf(error);
      if (failure.outcome !== 'accepted') this.#options.onFailure?.({ cause: failure.cause, reply: replyOf(error) });
      return failure;
    }
  }

  #message({ to, subject, text, html, key, threadKey, writtenAt }: Mail) {
    const { smtp, replyTo } = this.#options;
    return {
      from: smtp.from,
      to: { name: '', address: to },
      ...(replyTo === undefined ? {} : { replyTo }),
      subject,
      text,
      html,
      messageId: `<${key}@${this.#domain}>`,
      references: `<${threadKey}@${this.#domain}>`,
      date: new Date(writtenAt),
      // Fixed as well: a repetition differs in no byte.
      baseBoundary: key,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
    };
  }

  close(): Promise<void> {
    this.#transport.close();
    return Promise.resolve();
  }
}
