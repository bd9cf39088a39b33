import type { ConnectionTarget, ProviderCall } from './connection-test.ts';

/** What many providers took over from OpenAI. */
export const BEARER = { name: 'authorization', prefix: 'Bearer ' } as const;

const FEWEST_TOKENS = 5;

export const messages = [{ role: 'user', content: 'Hi' }] as const;

/** `max_tokens` is understood nearly everywhere; the newer models of OpenAI want the other name and say so. */
const smallestChat = ({ model, tokenLimit }: ConnectionTarget) => ({
  model,
  messages,
  [tokenLimit ?? 'max_tokens']: FEWEST_TOKENS,
});

export const chatCompletion = (target: ConnectionTarget, path = '/chat/completions'): ProviderCall => ({
  method: 'POST',
  path,
  body: smallestChat(target),
});

export const get = (path: string): ProviderCall => ({ method: 'GET', path });
