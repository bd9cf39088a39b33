import type { Provider } from './connection-test.ts';
import { BEARER, chatCompletion } from './openai-style.ts';

const ROUTER = 'https://router.huggingface.co/v1';

/** A key that somebody keeps for another address goes to no other host than that one. */
const apiOf = (baseUrl: string): string =>
  baseUrl === ROUTER ? 'https://huggingface.co/api' : `${baseUrl.replace(/\/v1$/, '')}/api`;

/** Chats and identities have different hosts. A token without the right to chat is forbidden there and valid here. */
export const huggingFace: Provider = {
  name: 'hugging-face',
  title: 'Hugging Face',
  baseUrl: ROUTER,
  keyHeader: BEARER,
  authenticate: ({ baseUrl }) => ({ method: 'GET', url: apiOf(baseUrl), path: '/whoami-v2' }),
  complete: (target) => chatCompletion(target),
};
