import { AppError } from '@keyledger/errors';
import type { Mail, Mailer, SendOutcome } from '../mailer.port.ts';
import type { ReceivedMail, ServerMood } from './mailer.contract.ts';

const OUTCOMES: Readonly<Record<ServerMood, SendOutcome>> = {
  postpones: { outcome: 'deferred', cause: 'smtp-451' },
  refuses: { outcome: 'refused', cause: 'smtp-550' },
  drops: { outcome: 'deferred', cause: 'smtp-connection-lost' },
  'takes-and-drops': { outcome: 'deferred', cause: 'smtp-connection-lost' },
  'is-away': { outcome: 'deferred', cause: 'smtp-unreachable' },
};

/** A mailer without a network. */
export class FakeMailer implements Mailer {
  readonly received: ReceivedMail[] = [];
  readonly #moods: (ServerMood | 'takes')[] = [];

  /** Moods of the server, for one mail each; afterwards it takes every mail. */
  next(...moods: readonly (ServerMood | 'takes')[]): void {
    this.#moods.push(...moods);
  }

  send({ to, subject, text, html, key }: Mail): Promise<SendOutcome> {
    if (/[\r\n]/.test(subject)) return Promise.reject(new AppError('malformed', 'The subject is a single line'));
    if (!/^[^\s@<>,;:]+@[^\s@<>,;:]+$/.test(to))
      return Promise.resolve({ outcome: 'refused', cause: 'recipient-malformed' });
    const mood = this.#moods.shift() ?? 'takes';
    if (mood === 'takes' || mood === 'takes-and-drops')
      this.received.push({ to: [to], subject, text, html, messageId: `<${key}@fake>` });
    return Promise.resolve(mood === 'takes' ? { outcome: 'accepted' } : OUTCOMES[mood]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
