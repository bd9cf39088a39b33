import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { createHash, randomBytes } from 'node:crypto';
import { type Issuer, issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import type { ChosenKeys } from '../../../application/ports/issuer-abilities.port.ts';
import type { CallLiteLlm } from './litellm.client.ts';
import { isAliasTaken, refusalOf } from './litellm.errors.ts';
import { orderBody } from './litellm.limits.ts';

const RANDOM_LENGTH = 32;

// LiteLLM takes anything that does not begin with `sk-` for the SHA-256 of a key.
const keyIdOf = (secret: SecretBytes): string =>
  createHash('sha256').update(secret.reveal(SecretAccess.granted)).digest('hex');

export const litellmKeys = (call: CallLiteLlm, lookup: Issuer['lookup']): ChosenKeys => ({
  newKey: () => SecretBytes.fromText(`sk-${randomBytes(RANDOM_LENGTH).toString('base64url')}`),
  keyIdOf,

  /**
   * LiteLLM inserts a key of our choice unless it has it, so a repetition changes nothing; its answer then describes the
   * request and not the row, which is why the row is read back. A taken alias is ours exactly if our key is there.
   */
  issue: async (order) => {
    const body = { ...orderBody(order), key: order.secret.revealText(SecretAccess.granted) };
    const answer = await call({ method: 'POST', path: '/key/generate', body });
    if (!answer.ok && !isAliasTaken(answer.refusal)) throw refusalOf(answer.refusal);
    const key = await lookup(keyIdOf(order.secret));
    if (key !== undefined) return { outcome: 'issued', key };
    if (!answer.ok) return { outcome: 'alias-taken' };
    throw issuerUnavailable('LiteLLM confirmed a key that it does not have on record');
  },
});
