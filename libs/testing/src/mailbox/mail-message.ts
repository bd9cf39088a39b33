import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';

export interface MailMessage {
  readonly id: string;
  readonly receivedAt: string;
  /** From the envelope: where it really went. */
  readonly to: readonly string[];
  readonly from: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Names in lower case; of a repeated header the last one. */
  readonly headers: Readonly<Record<string, string>>;
}

export const parseMail = async (raw: Buffer, to: readonly string[]): Promise<MailMessage> => {
  const email = await PostalMime.parse(raw);
  return {
    id: randomUUID(),
    receivedAt: new Date().toISOString(),
    to,
    from: email.from?.address ?? '',
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? '',
    headers: Object.fromEntries(email.headers.map(({ key, value }) => [key, value])),
  };
};
