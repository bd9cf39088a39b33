import { SecretAccess, SecretBytes } from '@keyledger/secrets';
import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type IssuerFrom, issuerUnavailable } from '../../../application/ports/issuer.port.ts';
import type { ChosenKeys } from '../../../application/ports/issuer-abilities.port.ts';
import type { IssuedKey, IssuerModel } from '../../../application/ports/issuer-keys.ts';
import { litellmClient } from './litellm.client.ts';
import { isAliasTaken, type LiteLlmError, refusalOf } from './litellm.errors.ts';

export interface LiteLlmOptions {
  readonly baseUrl: string;
  readonly gatewayUrl: string;
  /** The administrative key. Empty: LiteLLM will refuse. */
  readonly apiKey: SecretBytes;
  readonly timeoutMs: number;
}

const RANDOM_LENGTH = 32;

/** With or without an offset; LiteLLM's naive times are UTC. */
const timestamp = z.string().transform((value, context) => {
  const time = new Date(/(?:Z|[+-]\d{2}:?\d{2})$/i.test(value) ? value : `${value}Z`);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  context.addIssue({ code: 'custom', message: 'Expected a time' });
  return z.NEVER;
});

const keyInfoSchema = z.object({ info: z.object({ expires: timestamp.nullish() }) });

const modelsSchema = z.object({ data: z.array(z.unknown()) });

/** One entry of the list. Whatever else than text is given as owner is none. */
const modelSchema = z.object({ id: z.string().min(1), owned_by: z.string().nullish().catch(undefined) });

/** An entry without a name takes nothing away from the others. */
const modelOf = (entry: unknown): readonly IssuerModel[] => {
  const parsed = modelSchema.safeParse(entry);
  if (!parsed.success) return [];
  const { id, owned_by: ownedBy } = parsed.data;
  return [{ id, ...(typeof ownedBy === 'string' ? { ownedBy } : {}) }];
};

/** What answers has the right status and the wrong shape: as good as no answer. */
const parse = <Value>(schema: z.ZodType<Value>, body: unknown): Value => {
  const parsed = schema.safeParse(body);
  if (!parsed.success) throw issuerUnavailable('LiteLLM answered in a form that is not known');
  return parsed.data;
};

/** LiteLLM names what is missing in its own error envelope; any other 404 comes from something else. */
const isMissing = ({ status }: LiteLlmError): boolean => status === 404;

export const litellmIssuer = ({ baseUrl, gatewayUrl, apiKey, timeoutMs }: LiteLlmOptions): IssuerFrom<'vault'> => {
  const authorization = (): string => `Bearer ${apiKey.revealText(SecretAccess.granted)}`;
  const call = litellmClient({ baseUrl, authorization, timeoutMs, changedBy: 'keyledger' });

  // LiteLLM takes anything that does not begin with `sk-` for the SHA-256 of a key.
  const keyIdOf = (secret: SecretBytes): string =>
    createHash('sha256').update(secret.reveal(SecretAccess.granted)).digest('hex');

  /** By hash, never by key: this is a query string. */
  const lookup = async (issuerKeyId: string): Promise<IssuedKey | undefined> => {
    const answer = await call({ method: 'GET', path: '/key/info', query: { key: issuerKeyId } });
    if (!answer.ok && isMissing(answer.error)) return undefined;
    if (!answer.ok) throw refusalOf(answer.error);
    const { expires } = parse(keyInfoSchema, answer.body).info;
    return { issuerKeyId, ...(typeof expires === 'string' ? { expiresAt: expires } : {}) };
  };

  /**
   * LiteLLM inserts a key of our choice unless it has it, so a repetition changes nothing; its answer then describes the
   * request and not the row, which is why the row is read back. A taken alias is ours exactly if our key is there.
   */
  const issue: ChosenKeys['issue'] = async (order) => {
    const answer = await call({ method: 'POST', path: '/key/generate', body: bodyOf(order) });
    if (!answer.ok && !isAliasTaken(answer.error)) throw refusalOf(answer.error);
    const key = await lookup(keyIdOf(order.secret));
    if (key !== undefined) return { outcome: 'issued', key };
    if (!answer.ok) return { outcome: 'alias-taken' };
    throw issuerUnavailable('LiteLLM confirmed a key that it does not have on record');
  };

  return {
    name: 'litellm',
    gatewayUrl,
    enforces: ['models', 'expiry', 'budget'],
    keysFrom: 'vault',
    keys: {
      newKey: () => SecretBytes.fromText(`sk-${randomBytes(RANDOM_LENGTH).toString('base64url')}`),
      keyIdOf,
      issue,
    },
    lookup,

    revoke: async (issuerKeyId) => {
      const answer = await call({ method: 'POST', path: '/key/delete', body: { keys: [issuerKeyId] } });
      if (!answer.ok && !isMissing(answer.error)) throw refusalOf(answer.error);
      return 'revoked';
    },

    listModels: async () => {
      const answer = await call({ method: 'GET', path: '/v1/models' });
      if (!answer.ok) throw refusalOf(answer.error);
      return parse(modelsSchema, answer.body).data.flatMap(modelOf);
    },
  };
};

type Order = Parameters<ChosenKeys['issue']>[0];

const bodyOf = ({ secret, alias, owner, modelIds, duration, budget, labels }: Order): Record<string, unknown> => {
  if (modelIds.length === 0) throw new Error('An order without models would open all of them');
  return {
    key: secret.revealText(SecretAccess.granted),
    key_alias: alias,
    user_id: owner,
    models: modelIds,
    // A key that cannot call management routes.
    key_type: 'llm_api',
    ...(duration === undefined ? {} : { duration }),
    ...(budget === undefined ? {} : { max_budget: budget.maxUsd }),
    ...(budget?.period === undefined ? {} : { budget_duration: budget.period }),
    metadata: {
      managed_by: 'keyledger',
      lease_id: labels.leaseId,
      request_id: labels.requestId,
      generation: labels.generation,
    },
  };
};
