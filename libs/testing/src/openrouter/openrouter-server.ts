import { randomBytes, randomUUID } from 'node:crypto';
import { type JsonServer, startJsonServer, type StandInReply, type StandInRequest } from '../stand-in/json-server.ts';
import { type KeyData, newKeyData, settingsIn } from './key-data.ts';
import { openRouterError } from './openrouter-error.ts';

export interface OpenRouter extends JsonServer {
  readonly managementKey: string;
  /** All keys, oldest first. */
  keys(): readonly KeyData[];
  /** Lets a key be used for so much. */
  spend(hash: string, usd: number): void;
  /** Sets what is told of a key, in whatever form. */
  tell(hash: string, fields: Readonly<Record<string, unknown>>): void;
}

const PAGE_SIZE = 100;

const ok = (body: unknown, status = 200): StandInReply => ({ status, body });

/**
 * A stand-in for OpenRouter's management of keys: names that are not unique, ends only in UTC and only at the beginning,
 * pages by offset, one workspace at a time, numbers as codes of errors.
 */
export const startOpenRouter = async (models: readonly string[] = ['openai/gpt-4o-mini']): Promise<OpenRouter> => {
  const managementKey = `sk-or-v1-${randomBytes(32).toString('hex')}`;
  const defaultWorkspace = randomUUID();
  const keys = new Map<string, KeyData>();
  const ordinary = new Set<string>();

  const authorize = ({ headers }: StandInRequest): void => {
    const key = headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (key === managementKey) return;
    if (ordinary.has(key)) throw openRouterError(403, 'Only management keys can perform this operation');
    throw openRouterError(401, 'User not found.');
  };

  const known = ({ params }: StandInRequest): KeyData => {
    const key = keys.get(params.hash ?? '');
    if (key === undefined) throw openRouterError(404, 'API key not found');
    return key;
  };

  const managed =
    (work: (request: StandInRequest) => StandInReply) =>
    (request: StandInRequest): StandInReply => {
      authorize(request);
      return work(request);
    };

  const server = await startJsonServer(
    {
      'POST /keys': managed(({ body }) => {
        const key = `sk-or-v1-${randomBytes(32).toString('hex')}`;
        const data = newKeyData(key, body, defaultWorkspace);
        keys.set(data.hash, data);
        ordinary.add(key);
        return ok({ key, data }, 201);
      }),
      'GET /keys': managed(({ query }) => {
        const offset = Number(query.get('offset') ?? 0);
        const workspace = query.get('workspace_id') ?? defaultWorkspace;
        const shown = [...keys.values()]
          .filter((key) => key.workspace_id === workspace)
          .filter((key) => query.get('include_disabled') === 'true' || !key.disabled)
          .toReversed();
        return ok({ data: shown.slice(offset, offset + PAGE_SIZE) });
      }),
      'GET /keys/{hash}': managed((request) => ok({ data: known(request) })),
      'PATCH /keys/{hash}': managed((request) => {
        const data = { ...known(request), ...settingsIn(request.body), updated_at: new Date().toISOString() };
        keys.set(data.hash, data);
        return ok({ data });
      }),
      'DELETE /keys/{hash}': managed((request) => {
        keys.delete(known(request).hash);
        return ok({ deleted: true });
      }),
      'GET /credits': managed(() => ok({ data: { total_credits: 100.5, total_usage: 25.75 } })),
      // Open to everybody: an answer proves nothing about a key.
      'GET /models': () => ok({ data: models.map((id) => ({ id, name: id })) }),
    },
    { status: 404, body: { error: { code: 404, message: 'Not Found' } } },
  );
  const tell: OpenRouter['tell'] = (hash, fields) => {
    const key = keys.get(hash);
    if (key !== undefined) keys.set(hash, { ...key, ...fields } as KeyData);
  };
  return {
    ...server,
    managementKey,
    keys: () => [...keys.values()],
    spend: (hash, usd) => tell(hash, { usage: usd, usage_daily: usd, usage_weekly: usd, usage_monthly: usd }),
    tell,
  };
};
