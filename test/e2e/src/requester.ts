import type { MailMessage } from '@keyledger/testing';
import { PATIENCE_MS } from './gateway.ts';
import type { System } from './system.ts';

export interface OpenedKey {
  readonly key: string;
  readonly base_url: string;
}

const LINK = /https?:\/\/\S+\/claim\/[A-Za-z0-9_-]+/;

/** The path of the one-time link in a mail. */
export const linkIn = ({ text }: MailMessage): string => {
  const link = LINK.exec(text)?.[0];
  if (link === undefined) throw new Error(`No link in the mail "${text}"`);
  return new URL(link).pathname;
};

/** The first mail to an address whose text says something. */
export const mailTo = (system: System, address: string, says: RegExp = /./): Promise<MailMessage> =>
  system.mailbox.received(
    ({ to, text, subject }) => to.includes(address) && (says.test(text) || says.test(subject)),
    AbortSignal.timeout(PATIENCE_MS),
  );

/** Posts the claim code to a link as the page does. */
export const openLink = (system: System, link: string, code: string): Promise<Response> =>
  system.gateway.fetch(link, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      origin: system.gateway.url,
    },
    body: new URLSearchParams({ code }).toString(),
  });

/** Whether the key is accepted where keys are used. */
export const isAccepted = async (system: System, key: string, model: string): Promise<boolean> => {
  const response = await fetch(new URL('/v1/chat/completions', system.litellm.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5 }),
  });
  return response.status === 200;
};

const statusOf = async (system: System, requestId: string): Promise<string> => {
  const { keyRequest } = await system.gateway.graphql<{ keyRequest: { status: string } | null }>(
    'query ($id: ID!) { keyRequest(id: $id) { status } }',
    { id: requestId },
    system.gateway.administrator,
  );
  return keyRequest?.status ?? 'ABSENT';
};

export const untilStatus = (system: System, requestId: string, ...wanted: readonly string[]): Promise<string> =>
  system.gateway.until(
    () => statusOf(system, requestId),
    (status) => wanted.includes(status),
  );
