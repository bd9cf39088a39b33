import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Mail, Mailer } from '../mailer.port.ts';

/** What a mail server may do to the next mail. */
export type ServerMood =
  /** Takes nothing for now. */
  | 'postpones'
  /** Does not want this mail. */
  | 'refuses'
  /** Vanishes before it took the mail. */
  | 'drops'
  /** Takes the mail and vanishes before it says so. */
  | 'takes-and-drops'
  /** Is not there. */
  | 'is-away';

export interface ReceivedMail {
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
}

export interface MailerSubject {
  readonly mailer: Mailer;
  /** Holds for the next mail only. */
  next(mood: ServerMood): Promise<void>;
  received(): readonly ReceivedMail[];
  close(): Promise<void>;
}

export const exampleMail: Mail = {
  to: 'ada@example.com',
  subject: 'Schlüssel für „gpt-4o“ ✓',
  text: 'Grüße, a line that is rather long so that it has to be folded somewhere on its way: '.padEnd(200, 'x'),
  html: '<p>Grüße &amp; more</p>',
  key: 'a9a1f5d1-5a4e-5f0b-9a55-0d4f5f6f2b11.1',
  threadKey: '0193a000-0000-7000-8000-000000000001',
  writtenAt: '2026-12-01T08:00:00.000Z',
};

/** The promises of `Mailer`. `start` gives a mailer and the server that it talks to. */
export const mailerContract = (name: string, start: () => Promise<MailerSubject>): void => {
  describe(`${name} as a mailer`, () => {
    let subject: MailerSubject;

    beforeEach(async () => {
      subject = await start();
    });

    afterEach(async () => {
      await subject.mailer.close();
      await subject.close();
    });

    it('hands a mail over as it is', async () => {
      expect(await subject.mailer.send(exampleMail)).toEqual({ outcome: 'accepted' });
      const [mail] = subject.received();
      expect(mail).toMatchObject({ to: [exampleMail.to], subject: exampleMail.subject });
      expect(mail?.text.trim()).toBe(exampleMail.text);
      expect(mail?.html.trim()).toBe(exampleMail.html);
    });

    it('sends a repeated mail as the same message', async () => {
      await subject.mailer.send(exampleMail);
      await subject.mailer.send(exampleMail);
      await subject.mailer.send({ ...exampleMail, key: 'another' });
      const [first, second, third] = subject.received();
      expect(second).toEqual(first);
      expect(third?.messageId).not.toBe(first?.messageId);
    });

    it('defers when the server postpones', async () => {
      await subject.next('postpones');
      expect(await subject.mailer.send(exampleMail)).toEqual({ outcome: 'deferred', cause: 'smtp-451' });
      expect(subject.received()).toEqual([]);
    });

    it('is refused when the server refuses', async () => {
      await subject.next('refuses');
      expect(await subject.mailer.send(exampleMail)).toEqual({ outcome: 'refused', cause: 'smtp-550' });
      expect(subject.received()).toEqual([]);
    });

    it.each(['drops', 'takes-and-drops'] as const)('defers when the server %s', async (mood) => {
      await subject.next(mood);
      expect(await subject.mailer.send(exampleMail)).toEqual({ outcome: 'deferred', cause: 'smtp-connection-lost' });
      expect(subject.received()).toHaveLength(mood === 'drops' ? 0 : 1);
    });

    it('defers when the server is away', async () => {
      await subject.next('is-away');
      expect(await subject.mailer.send(exampleMail)).toEqual({ outcome: 'deferred', cause: 'smtp-unreachable' });
    });

    it('goes on after trouble', async () => {
      await subject.next('drops');
      await subject.mailer.send(exampleMail);
      expect(await subject.mailer.send(exampleMail)).toEqual({ outcome: 'accepted' });
    });

    it.each([
      'ada@example.com\r\nBcc: eve@example.com',
      'ada@example.com, eve@example.com',
      'Ada <ada@example.com>',
      'group: ada@example.com;',
      'ada',
      '@example.com',
      '',
    ])('refuses %j, which is not one plain address', async (to) => {
      expect(await subject.mailer.send({ ...exampleMail, to })).toEqual({
        outcome: 'refused',
        cause: 'recipient-malformed',
      });
      expect(subject.received()).toEqual([]);
    });

    it.each(['Hello\r\nBcc: eve@example.com', 'Hello\nthere'])('throws for the subject %j', async (line) => {
      await expect(subject.mailer.send({ ...exampleMail, subject: line })).rejects.toMatchObject({
        code: 'malformed',
      });
      expect(subject.received()).toEqual([]);
    });
  });
};
