import { setImmediate as nextTurn } from 'node:timers/promises';
import { requireAdmin, requireRoute, unknownToken } from './bearer.ts';
import { ok, type Answer, type Call, type Endpoints } from './call.ts';
import type { KeyLedger } from './key-ledger.ts';
import { checkLimits, newRow, newSecret, tokenFrom, updatedRow, type KeyRow } from './key-row.ts';
import { aliasExists, badRequest, ProxyError, pythonRepr, ValidationError } from './proxy-error.ts';

/** Where versions of LiteLLM differ. */
export interface KeyBehaviour {
  /** What blocking an unknown key answers: 404 when audit logs are on. */
  readonly unknownBlockStatus: 401 | 404;
}

export const keyEndpoints = (ledger: KeyLedger, behaviour: KeyBehaviour): Endpoints => {
  const generate = async ({ body, bearer, path }: Call): Promise<Answer> => {
    requireAdmin(bearer, path);
    checkLimits(body);
    const secret = typeof body.key === 'string' ? body.key : newSecret();
    if (!secret.startsWith('sk-'))
      throw badRequest("Invalid key format. LiteLLM Virtual Key must start with 'sk-'.", 'key');
    await checkAlias(ledger, body.key_alias);
    const row = newRow(secret, body, new Date());
    if (!ledger.find(row.token)) ledger.put(row);
    return ok({ ...row, key: secret, token_id: row.token, duration: body.duration ?? null });
  };

  const update = async ({ body, bearer, path }: Call): Promise<Answer> => {
    requireAdmin(bearer, path);
    const key = requiredText(body, 'key');
    checkLimits(body);
    const row = ledger.find(tokenFrom(key));
    if (!row) throw new ProxyError(404, 'auth_error', pythonRepr('Team not found, passed team_id=None'));
    await checkAlias(ledger, body.key_alias, row);
    const updated = updatedRow(row, body, new Date());
    ledger.put(updated);
    return ok({ ...updated, key });
  };

  const remove = ({ body, bearer, path }: Call): Answer => {
    requireAdmin(bearer, path);
    const keys = textList(body.keys);
    const aliases = textList(body.key_aliases);
    const named = keys ?? aliases;
    if (named === undefined)
      throw new ProxyError(500, 'internal_server_error', 'Internal Server Error, Invalid request type');
    const found = named
      .map((name) => (keys ? ledger.find(tokenFrom(name)) : ledger.withAlias(name)))
      .filter((row) => row !== undefined);
    if (found.length === 0) throw new ProxyError(404, 'internal_server_error', pythonRepr('No keys found'));
    for (const { token } of found) ledger.delete(token);
    return ok({ deleted_keys: named }); // the echo does not prove that each of them existed
  };

  const setBlocked =
    (blocked: boolean) =>
    ({ body, bearer, path }: Call): Answer => {
      requireAdmin(bearer, path);
      const key = requiredText(body, 'key');
      if (!/^(sk-[A-Za-z0-9_-]{0,97}|[0-9a-f]{64})$/.test(key)) throw badRequest('Invalid key format.', 'key');
      const row = ledger.find(tokenFrom(key));
      if (!row && behaviour.unknownBlockStatus === 404)
        throw new ProxyError(404, 'bad_request_error', `Key ${key} not found`, 'key');
      if (!row) throw unknownToken(key);
      const updated = updatedRow(row, { blocked }, new Date());
      ledger.put(updated);
      return ok(updated);
    };

  const info = ({ query, bearer, path }: Call): Answer => {
    requireRoute(bearer, 'info_routes', path);
    const asked = query.get('key');
    const row = asked === null && bearer.kind === 'key' ? bearer.row : ledger.find(tokenFrom(asked ?? ''));
    if (!row) throw new ProxyError(404, 'not_found_error', 'Key not found in database', 'key');
    if (bearer.kind === 'key' && bearer.row.token !== row.token)
      throw new ProxyError(403, 'auth_error', 'You are not allowed to access this key', 'key');
    const { token, ...withoutToken } = row;
    return ok({ key: asked ?? token, info: withoutToken });
  };

  const regenerate = ({ bearer, path }: Call): Answer => {
    requireAdmin(bearer, path);
    const message =
      'Internal Server Error, Regenerating Virtual Keys is an Enterprise feature, ' +
      'You must be a LiteLLM Enterprise user to use this feature.';
    throw new ProxyError(500, 'internal_server_error', message);
  };

  return {
    'POST /key/generate': generate,
    'POST /key/update': update,
    'POST /key/delete': remove,
    'POST /key/block': setBlocked(true),
    'POST /key/unblock': setBlocked(false),
    'GET /key/info': info,
    'POST /key/regenerate': regenerate,
    'POST /key/{key}/regenerate': regenerate,
  };
};

/** The original looks first and writes later, without a constraint: two calls at once can both find the alias free. */
const checkAlias = async (ledger: KeyLedger, alias: unknown, own?: KeyRow): Promise<void> => {
  if (typeof alias !== 'string') return;
  const taken = ledger.withAlias(alias);
  if (taken && taken.token !== own?.token) throw aliasExists(alias);
  await nextTurn();
};

const requiredText = (body: Call['body'], field: string): string => {
  const value = body[field];
  if (value === undefined) throw new ValidationError(['body', field], 'Field required', 'missing');
  if (typeof value !== 'string')
    throw new ValidationError(['body', field], 'Input should be a valid string', 'string_type');
  return value;
};

const textList = (value: unknown): readonly string[] | undefined =>
  Array.isArray(value) && value.length > 0 ? value.map(String) : undefined;
