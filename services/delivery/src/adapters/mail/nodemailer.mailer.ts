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
  /**
   * Hears of each mail. `reply` is the beginning of what the server or the network said about a failure: for the log,
   * never for requesters.
   */
  readonly onOutcome?: (outcome: SendOutcome, reply?: string) => void;
  /** Ends mails that are on their way, as deferred: whoever waits for them is about to be gone. */
  readonly signal?: AbortSignal;
  readonly timeouts?: Partial<MailTimeouts>;
}

export interface MailTimeouts {
  readonly connectMs: number;
  /** Without a word of the server. */
  readonly silenceMs: number;
  /** For one mail altogether, however slowly the server drips. */
  readonly sendMs: number;
}

const SECOND_MS = 1000;

const DEFAULT_TIMEOUTS: MailTimeouts = {
  connectMs: 10 * SECOND_MS,
  silenceMs: 20 * SECOND_MS,
  sendMs: 45 * SECOND_MS,
};

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
  readonly #timeouts: MailTimeouts;

  constructor(options: NodemailerOptions) {
    const { host, port, user, password } = options.smtp;
    this.#options = options;
    this.#domain = domainOf(options.smtp.from);
    this.#timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    const { connectMs, silenceMs } = this.#timeouts;
    this.#transport = createTransport({
      pool: true,
      maxConnections: MAX_CONNECTIONS,
      maxRequeues: 1,
      host,
      port,
      ...encryptionOf(options.smtp),
      ...(user === undefined ? {} : { auth: { user, pass: password ?? '' } }),
      connectionTimeout: connectMs,
      greetingTimeout: connectMs,
      dnsTimeout: connectMs,
      socketTimeout: silenceMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async send(mail: Mail): Promise<SendOutcome> {
    const [outcome, reply] = await this.#send(mail);
    this.#options.onOutcome?.(outcome, reply);
    return outcome;
  }

  async #send(mail: Mail): Promise<[outcome: SendOutcome, reply?: string]> {
    if (/[\r\n]/.test(mail.subject)) throw new AppError('malformed', 'The subject of a mail is a single line');
    if (!PLAIN_ADDRESS.test(mail.to)) return [{ outcome: 'refused', cause: 'recipient-malformed' }];
    try {
      await this.#transport.sendMail(this.#message(mail));
      return [{ outcome: 'accepted' }];
    } catch (error) {
      return [outcomeOf(error), replyOf(error)];
    }
  }

  #message({ to, subject, text, html, key, threadKey, writtenAt }: Mail) {
    const { smtp, replyTo, signal } = this.#options;
    const timeout = AbortSignal.timeout(this.#timeouts.sendMs);
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
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    };
  }

  close(): Promise<void> {
    this.#transport.close();
    return Promise.resolve();
  }
}
