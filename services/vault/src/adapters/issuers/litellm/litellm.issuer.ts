import type { Clock } from '@keyledger/event-sourcing';
import type { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import type { IssuerFrom } from '../../../application/ports/issuer.port.ts';
import { readAnswer, tolerantList } from '../http/answer.ts';
import { litellmChanges, litellmSuspension } from './litellm.changes.ts';
import { LITELLM, litellmClient } from './litellm.client.ts';
import { isMissing, refusalOf } from './litellm.errors.ts';
import { litellmInventory, litellmLookup, litellmUsage } from './litellm.inventory.ts';
import { litellmKeys } from './litellm.keys.ts';

export interface LiteLlmOptions {
  readonly baseUrl: string;
  readonly gatewayUrl: string;
  /** The administrative key. Empty: LiteLLM will refuse. */
  readonly apiKey: SecretBytes;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Whatever else than text is given as owner is none. */
const modelsSchema = z.object({
  data: tolerantList(z.object({ id: z.string().min(1), owned_by: z.string().nullish().catch(undefined) })),
});

export const litellmIssuer = ({ gatewayUrl, clock, ...connection }: LiteLlmOptions): IssuerFrom<'vault'> => {
  const call = litellmClient({ ...connection, changedBy: 'keyledger' });
  const lookup = litellmLookup(call);
  return {
    name: 'litellm',
    gatewayUrl,
    enforces: ['models', 'expiry', 'budget', 'rate-limits'],
    keysFrom: 'vault',
    keys: litellmKeys(call, lookup),
    changes: litellmChanges(call, lookup, clock),
    suspension: litellmSuspension(call, lookup),
    inventory: litellmInventory(call),
    usage: litellmUsage(call),
    lookup,

    /** LiteLLM says 200 as soon as one of several is found, which is why each is deleted by itself. */
    revoke: async (issuerKeyId) => {
      const answer = await call({ method: 'POST', path: '/key/delete', body: { keys: [issuerKeyId] } });
      if (!answer.ok && !isMissing(answer.refusal)) throw refusalOf(answer.refusal);
      return 'revoked';
    },

    listModels: async () => {
      const answer = await call({ method: 'GET', path: '/v1/models' });
      if (!answer.ok) throw refusalOf(answer.refusal);
      return readAnswer(LITELLM, modelsSchema, answer.body).data.map(({ id, owned_by: ownedBy }) => ({
        id,
        ...(typeof ownedBy === 'string' ? { ownedBy } : {}),
      }));
    },
  };
};
