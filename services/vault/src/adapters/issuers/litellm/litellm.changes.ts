import type { Clock } from '@keyledger/event-sourcing';
import { type Issuer, IssuerRefused } from '../../../application/ports/issuer.port.ts';
import type { KeyChanges, KeySuspension } from '../../../application/ports/issuer-abilities.port.ts';
import type { IssuedKey } from '../../../application/ports/issuer-keys.ts';
import type { CallLiteLlm } from './litellm.client.ts';
import { isMissing, isTokenUnknown, refusalOf } from './litellm.errors.ts';
import { changeBody } from './litellm.limits.ts';

const notFound = (): IssuerRefused => new IssuerRefused('key-not-found', 'LiteLLM has no key by this id');

/** `undefined` at LiteLLM means that it says so itself. */
const existing = async (lookup: Issuer['lookup'], issuerKeyId: string): Promise<IssuedKey> => {
  const key = await lookup(issuerKeyId);
  if (key === undefined) throw notFound();
  return key;
};

/**
 * By hash: LiteLLM drops the cached key of the worker that answers only for a change by the key itself, so every worker
 * may go by the former limits for a minute (its `user_api_key_cache_ttl`).
 */
export const litellmChanges = (call: CallLiteLlm, lookup: Issuer['lookup'], clock: Clock): KeyChanges => ({
  can: ['expiresAt', 'modelIds', 'budget', 'rateLimits'],
  change: async (issuerKeyId, change) => {
    const body = { ...changeBody(change, clock), key: issuerKeyId };
    const answer = await call({ method: 'POST', path: '/key/update', body });
    // Says in the words of a missing team that there is no such key.
    if (!answer.ok && isMissing(answer.refusal)) throw notFound();
    if (!answer.ok) throw refusalOf(answer.refusal);
    return existing(lookup, issuerKeyId);
  },
});

/**
 * LiteLLM may answer for an unknown key with the 401 that an unknown administrative key gets. The key is looked up before,
 * so that afterwards this 401 is about the key.
 */
export const litellmSuspension = (call: CallLiteLlm, lookup: Issuer['lookup']): KeySuspension => {
  const setBlocked = async (path: '/key/block' | '/key/unblock', issuerKeyId: string): Promise<void> => {
    await existing(lookup, issuerKeyId);
    const answer = await call({ method: 'POST', path, body: { key: issuerKeyId } });
    if (answer.ok) return;
    throw isMissing(answer.refusal) || isTokenUnknown(answer.refusal) ? notFound() : refusalOf(answer.refusal);
  };
  return {
    suspend: (issuerKeyId) => setBlocked('/key/block', issuerKeyId),
    resume: (issuerKeyId) => setBlocked('/key/unblock', issuerKeyId),
  };
};
