import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort, type Mailbox, startMailbox } from '@keyledger/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  exampleMail,
  mailerContract,
  type MailerSubject,
  type ServerMood,
} from '../../application/ports/testing/mailer.contract.ts';
import { NodemailerMailer } from './nodemailer.mailer.ts';
import type { SmtpSettings } from './smtp-settings.ts';

const settings = (port: number, change: Partial<SmtpSettings> = {}): SmtpSettings => ({
  host: '127.0.0.1',
  port,
  from: 'Keyledger <noreply@keys.example.com>',
  useTls: false,
  startTls: true,
  verifySsl: true,
  ...change,
});

const faults = {
  postpones: 'reject-4xx',
  refuses: 'reject-5xx',
  drops: 'drop-after-data',
  'takes-and-drops': 'drop-after-commit',
} as const;

/** A mailer in front of a real SMTP server; when that is away, the connection goes to a port where nobody listens. */
const startSubject = async (): Promise<MailerSubject> => {
  const mailbox = await startMailbox();
  const mailers: NodemailerMailer[] = [new NodemailerMailer({ smtp: settings(mailbox.smtpPort) })];
  const subject = {
    get mailer() {
      return mailers.at(-1) as NodemailerMailer;
    },
    next: async (mood: ServerMood) => {
      if (mood === 'is-away') mailers.push(new NodemailerMailer({ smtp: settings(await freePort()) }));
      else mailbox.faults.add({ do: faults[mood] });
    },
    received: () =>
      mailbox.messages().map(({ to, subject: line, text, html, headers }) => ({
        to,
        subject: line,
        text,
        html,
        messageId: headers['message-id'] ?? '',
      })),
    close: async () => {
      for (const mailer of mailers) await mailer.close();
      await mailbox.stop();
    },
  };
  return subject;
};

mailerContract('nodemailer', startSubject);

describe('a mail on its way', () => {
  let mailbox: Mailbox;
  const open: NodemailerMailer[] = [];
  const mailerWith = (change: Partial<SmtpSettings> = {}, replyTo?: string): NodemailerMailer => {
    const mailer = new NodemailerMailer({ smtp: settings(mailbox.smtpPort, change), replyTo });
    open.push(mailer);
    return mailer;
  };

  beforeEach(async () => {
    mailbox = await startMailbox({ startTls: true });
  });

  afterEach(async () => {
    for (const mailer of open.splice(0)) await mailer.close();
    await mailbox.stop();
  });

  it('carries the headers of an automatic mail', async () => {
    await mailerWith({}, 'help@example.com').send(exampleMail);
    const [mail] = mailbox.messages();
    expect(mail?.headers).toMatchObject({
      from: 'Keyledger <noreply@keys.example.com>',
      to: 'ada@example.com',
      'reply-to': 'help@example.com',
      'message-id': `<${exampleMail.key}@keys.example.com>`,
      references: `<${exampleMail.threadKey}@keys.example.com>`,
      date: 'Tue, 01 Dec 2026 08:00:00 +0000',
      'auto-submitted': 'auto-generated',
      'x-auto-response-suppress': 'All',
    });
    expect(mail?.headers['content-type']).toMatch(/^multipart\/alternative;/);
  });

  // This address leads here as well, but does not look like it.
  const distant = { host: '0.0.0.0' };

  it('is encrypted', async () => {
    expect(await mailerWith({ ...distant, verifySsl: false }).send(exampleMail)).toEqual({ outcome: 'accepted' });
  });

  it('is not sent to a server whose certificate is not valid', async () => {
    expect(await mailerWith(distant).send(exampleMail)).toEqual({ outcome: 'deferred', cause: 'smtp-tls' });
    expect(mailbox.messages()).toEqual([]);
  });

  it('is not sent to a server that offers no encryption', async () => {
    const plain = await startMailbox();
    try {
      const outcome = await mailerWith({ ...distant, port: plain.smtpPort, verifySsl: false }).send(exampleMail);
      expect(outcome).toEqual({ outcome: 'deferred', cause: 'smtp-tls' });
      expect(plain.messages()).toEqual([]);
    } finally {
      await plain.stop();
    }
  });

  it('logs in where a user is configured', async () => {
    expect(await mailerWith({ user: 'keyledger', password: 'pass word' }).send(exampleMail)).toEqual({
      outcome: 'accepted',
    });
  });
});

describe('a server that says nothing more', () => {
  const stop = new AbortController();

  it.each([
    ['is given up after a while', { timeouts: { silenceMs: 50 } }],
    ['is given up when the time for a mail is over', { timeouts: { sendMs: 50 } }],
    ['is given up when the service stops', { signal: stop.signal }],
  ])('%s', async (_what, options) => {
    const mailbox = await startMailbox();
    mailbox.faults.add({ do: 'hang-after-data' });
    const mailer = new NodemailerMailer({ smtp: settings(mailbox.smtpPort), ...options });
    try {
      const sent = mailer.send(exampleMail);
      stop.abort();
      expect(await sent).toEqual({ outcome: 'deferred', cause: 'smtp-timeout' });
    } finally {
      await mailer.close();
      await mailbox.stop();
    }
  });
});

describe('a server that is trouble', () => {
  const lines = async (greeting: string, answer: string) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(`${greeting}\r\n`);
      socket.on('data', () => socket.write(`${answer}\r\n`));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { port: (server.address() as AddressInfo).port, close: () => server.close() };
  };

  it.each([
    ['greets with a refusal of service', '554 No SMTP service here', '221 Bye', 'smtp-554'],
    ['refuses the handshake', '220 Hello', '500 What?', 'smtp-500'],
    ['speaks something else', 'HTTP/1.1 400 Bad Request', '', 'smtp-protocol'],
  ])('that %s defers the mail and does not blame it', async (_what, greeting, answer, cause) => {
    const server = await lines(greeting, answer);
    const heard: unknown[] = [];
    const mailer = new NodemailerMailer({
      smtp: settings(server.port),
      onOutcome: (...outcome) => heard.push(outcome),
    });
    try {
      expect(await mailer.send(exampleMail)).toEqual({ outcome: 'deferred', cause });
      expect(heard).toEqual([[{ outcome: 'deferred', cause }, expect.stringMatching(/\S/)]]);
    } finally {
      await mailer.close();
      server.close();
    }
  });
});
