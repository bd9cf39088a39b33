import { createHash } from 'node:crypto';
import { openRouterError } from './openrouter-error.ts';

/** A key as OpenRouter tells it; names as on the wire. The key itself is not kept. */
export interface KeyData {
  /** SHA-256 of the key, in hexadecimal: its id. */
  readonly hash: string;
  readonly name: string;
  readonly label: string;
  readonly disabled: boolean;
  readonly limit: number | null;
  readonly limit_remaining: number | null;
  readonly limit_reset: string | null;
  readonly include_byok_in_limit: boolean;
  readonly usage: number;
  readonly usage_daily: number;
  readonly usage_weekly: number;
  readonly usage_monthly: number;
  readonly created_at: string;
  readonly updated_at: string | null;
  readonly expires_at: string | null;
  readonly creator_user_id: string | null;
  readonly workspace_id: string;
}

type Fields = Readonly<Record<string, unknown>>;

const RESETS = ['daily', 'weekly', 'monthly'];

/** What may be set of a key, checked. */
export const settingsIn = (fields: Fields): Partial<KeyData> => {
  const { name, limit, limit_reset: reset, disabled } = fields;
  if (name !== undefined && (typeof name !== 'string' || name === '')) throw openRouterError(400, 'name: too small');
  if (typeof limit === 'number' && limit < 0) throw openRouterError(400, 'limit: must not be negative');
  if (reset !== undefined && reset !== null && !RESETS.includes(String(reset)))
    throw openRouterError(400, 'limit_reset: expected one of daily, weekly, monthly');
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof limit === 'number' || limit === null ? { limit } : {}),
    ...(typeof reset === 'string' || reset === null ? { limit_reset: reset } : {}),
    ...(typeof disabled === 'boolean' ? { disabled } : {}),
  };
};

/** Only in UTC, and only when a key is made. */
const expiryIn = ({ expires_at: expiresAt }: Fields): string | null => {
  if (expiresAt === undefined || expiresAt === null) return null;
  if (typeof expiresAt === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(expiresAt)) return expiresAt;
  throw openRouterError(400, 'expires_at: must be a UTC timestamp');
};

export const newKeyData = (key: string, fields: Fields, defaultWorkspace: string): KeyData => {
  const settings = settingsIn(fields);
  if (settings.name === undefined) throw openRouterError(400, 'name: required');
  return {
    hash: createHash('sha256').update(key).digest('hex'),
    label: `${key.slice(0, 12)}...${key.slice(-3)}`,
    disabled: false,
    limit: null,
    limit_remaining: settings.limit ?? null,
    limit_reset: null,
    include_byok_in_limit: false,
    usage: 0,
    usage_daily: 0,
    usage_weekly: 0,
    usage_monthly: 0,
    created_at: new Date().toISOString(),
    updated_at: null,
    expires_at: expiryIn(fields),
    creator_user_id: null,
    workspace_id: typeof fields.workspace_id === 'string' ? fields.workspace_id : defaultWorkspace,
    ...settings,
    name: settings.name,
  };
};
