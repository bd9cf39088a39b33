import type { IncomingHttpHeaders } from 'node:http';
import type { Bearer } from './call.ts';
import { shortForm, tokenOf, type KeyRow } from './key-row.ts';
import type { KeyLedger } from './key-ledger.ts';
import { ProxyError } from './proxy-error.ts';

const unauthorized = (message: string) => new ProxyError(401, 'auth_error', `Authentication Error, ${message}`);

export const unknownToken = (secret: string): ProxyError =>
  new ProxyError(
    401,
    'token_not_found_in_db',
    `Authentication Error, Invalid proxy server token passed. Received API Key = ${shortForm(secret)}, ` +
      `Key Hash (Token) =${tokenOf(secret)}. Unable to find token in cache or \`LiteLLM_VerificationTokenTable\``,
    'key',
  );

/** Who calls, in the order of checks of the original: header, form, master key, known, blocked, expired. */
export const authenticate = (headers: IncomingHttpHeaders, masterKey: string, ledger: KeyLedger): Bearer => {
  const header = headers['x-litellm-api-key'] ?? headers.authorization;
  if (typeof header !== 'string' || header === '') throw unauthorized('No api key passed in.');
  if (!header.startsWith('Bearer '))
    throw unauthorized('Malformed API Key passed in. Ensure Key has `Bearer ` prefix.');
  const secret = header.slice('Bearer '.length);
  if (secret === masterKey) return { kind: 'admin' };
  if (!secret.startsWith('sk-'))
    throw unauthorized(`LiteLLM Virtual Key expected. Received=${shortForm(secret)}, expected to start with 'sk-'.`);
  const row = ledger.find(tokenOf(secret));
  if (!row) throw unknownToken(secret);
  checkUsable(row);
  return { kind: 'key', row };
};

const checkUsable = (row: KeyRow): void => {
  if (row.blocked === true) throw unauthorized('Key is blocked. Update via `/key/unblock` if you are an admin.');
  if (row.expires !== null && Date.parse(row.expires) <= Date.now()) {
    const message = `Authentication Error - Expired Key. Key Expiry time ${row.expires} and current time ${new Date().toISOString()}`;
    throw new ProxyError(400, 'expired_key', message, row.key_name);
  }
};

export const requireAdmin = (bearer: Bearer, path: string): void => {
  if (bearer.kind === 'admin') return;
  throw unauthorized(
    'Only proxy admin can be used to generate, delete, update info for new keys/users/teams. ' +
      `Route=${path}. Your role=unknown. Your user_id=${bearer.row.user_id ?? 'None'}`,
  );
};

/** A key with `llm_api_routes` may do nothing else. */
export const requireRoute = (bearer: Bearer, group: 'llm_api_routes' | 'info_routes', path: string): void => {
  if (bearer.kind === 'admin' || bearer.row.allowed_routes.length === 0) return;
  if (bearer.row.allowed_routes.includes(group)) return;
  const allowed = bearer.row.allowed_routes.map((route) => `'${route}'`).join(', ');
  throw unauthorized(
    `Virtual key is not allowed to call this route. Only allowed to call routes: [${allowed}]. Tried to call route: ${path}`,
  );
};
