import type { Clock } from '@keyledger/event-sourcing';
import { SecretBytes } from '@keyledger/secrets';
import { z } from 'zod';
import { type IssuerFrom, KeyUnreadable } from '../../../application/ports/issuer.port.ts';
import type { IssuedKey } from '../../../application/ports/issuer-keys.ts';
import { readAnswer, tolerantList } from '../http/answer.ts';
import { type AskIssuer, segment, unlessMissing } from '../http/asking.ts';
import { OPENROUTER, openRouterClient } from './openrouter.client.ts';
import { budgetBody, keyOf, keySchema, orderBody, type OpenRouterKey, usageOf } from './openrouter.key-data.ts';
import { allKeys } from './openrouter.key-list.ts';

export interface OpenRouterOptions {
  readonly name: string;
  readonly baseUrl: string;
  readonly gatewayUrl: string;
  /** A management key; it can manage keys and nothing else. */
  readonly apiKey: SecretBytes;
  /** Absent: the default one. */
  readonly workspaceId?: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** So many keys are asked for one by one; more are found in the list. */
const FEW = 20;

const oneSchema = z.object({ data: keySchema });
const toldSchema = z.object({ data: z.record(z.string(), z.unknown()) });
const namedSchema = z.object({ name: z.string().optional().catch(undefined) });
const madeSchema = z.object({ key: z.string().min(16), data: keySchema });
const modelsSchema = z.object({ data: tolerantList(z.object({ id: z.string().min(1) })) });

const pathOf = (issuerKeyId: string): string => `/keys/${segment(issuerKeyId)}`;

const keyAt =
  (ask: AskIssuer) =>
  async (issuerKeyId: string): Promise<OpenRouterKey | KeyUnreadable | undefined> => {
    const body = await unlessMissing(async () => ask({ method: 'GET', path: pathOf(issuerKeyId) }));
    if (body === undefined) return undefined;
    const { data } = readAnswer(OPENROUTER, toldSchema, body);
    return keySchema.safeParse(data).data ?? new KeyUnreadable(OPENROUTER, namedSchema.parse(data).name);
  };

const keyPatch =
  (ask: AskIssuer) =>
  async (issuerKeyId: string, body: unknown): Promise<IssuedKey> =>
    keyOf(readAnswer(OPENROUTER, oneSchema, await ask({ method: 'PATCH', path: pathOf(issuerKeyId), body })).data);

export const openRouterIssuer = (options: OpenRouterOptions): IssuerFrom<'issuer'> => {
  const { name, gatewayUrl, baseUrl, apiKey: managementKey, workspaceId, timeoutMs, clock } = options;
  const ask = openRouterClient({ baseUrl, managementKey, timeoutMs });
  const workspace = workspaceId === undefined ? {} : { workspace_id: workspaceId };
  const find = keyAt(ask);
  const patch = keyPatch(ask);
  return {
    name,
    gatewayUrl,
    enforces: ['expiry', 'budget'],
    keysFrom: 'issuer',
    keys: {
      issue: async (order) => {
        const body = { ...orderBody(order, clock), ...workspace };
        const made = readAnswer(OPENROUTER, madeSchema, await ask({ method: 'POST', path: '/keys', body }));
        return { key: keyOf(made.data), secret: SecretBytes.fromText(made.key) };
      },
    },
    changes: { can: ['budget'], change: (issuerKeyId, { budget }) => patch(issuerKeyId, budgetBody(budget)) },
    suspension: {
      suspend: async (issuerKeyId) => void (await patch(issuerKeyId, { disabled: true })),
      resume: async (issuerKeyId) => void (await patch(issuerKeyId, { disabled: false })),
    },
    inventory: {
      async *listOurs() {
        for await (const { key, data } of allKeys(ask, workspace))
          if (key.labels !== undefined || data === undefined) yield key;
      },
      findByAlias: async (alias) => {
        const found: IssuedKey[] = [];
        for await (const { key } of allKeys(ask, workspace)) if (key.alias === alias) found.push(key);
        return found;
      },
    },
    usage: {
      async *usageOf(issuerKeyIds) {
        const wanted = new Set(issuerKeyIds);
        if (wanted.size > FEW) {
          for await (const { data } of allKeys(ask, workspace))
            if (data !== undefined && wanted.has(data.hash)) yield usageOf(data, clock());
          return;
        }
        for (const issuerKeyId of wanted) {
          const key = await find(issuerKeyId);
          if (key !== undefined && !(key instanceof KeyUnreadable)) yield usageOf(key, clock());
        }
      },
    },
    lookup: async (issuerKeyId) => {
      const key = await find(issuerKeyId);
      if (key instanceof KeyUnreadable) throw key;
      return key && keyOf(key);
    },
    revoke: async (issuerKeyId) => {
      await unlessMissing(async () => ask({ method: 'DELETE', path: pathOf(issuerKeyId) }));
      return 'revoked';
    },
    /** The list of models is open to everybody, so an answer does not prove that keys can be made. */
    listModels: async () => {
      await ask({ method: 'GET', path: '/credits' });
      return readAnswer(OPENROUTER, modelsSchema, await ask({ method: 'GET', path: '/models' })).data;
    },
  };
};
