import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { budgetResetAt, expiryAfter } from './duration.ts';
import { badRequest, premiumFeature, ProxyError } from './proxy-error.ts';

/** One key as the proxy stores it; names as on the wire. The secret itself is not kept. */
export interface KeyRow {
  /** SHA-256 of the secret, in hexadecimal. */
  readonly token: string;
  readonly key_name: string;
  readonly key_alias: string | null;
  readonly expires: string | null;
  readonly models: readonly string[];
  readonly spend: number;
  readonly max_budget: number | null;
  readonly budget_duration: string | null;
  readonly budget_reset_at: string | null;
  readonly budget_id: string | null;
  readonly user_id: string | null;
  readonly team_id: string | null;
  readonly rpm_limit: number | null;
  readonly tpm_limit: number | null;
  readonly max_parallel_requests: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly allowed_routes: readonly string[];
  readonly blocked: boolean | null;
  readonly created_at: string;
  readonly created_by: string;
  readonly updated_at: string;
  readonly updated_by: string;
}

export type KeyRequest = Readonly<Record<string, unknown>>;

const ADMIN = 'default_user_id';
const PREMIUM = ['tags', 'guardrails', 'policies', 'prompts', 'allowed_passthrough_routes'];
const ROUTES: Readonly<Record<string, readonly string[]>> = {
  default: [],
  llm_api: ['llm_api_routes'],
  management: ['management_routes'],
  read_only: ['info_routes'],
};

export const tokenOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Endpoints take a secret or its hash in the same field. */
export const tokenFrom = (keyOrHash: string): string => (keyOrHash.startsWith('sk-') ? tokenOf(keyOrHash) : keyOrHash);

export const shortForm = (secret: string): string => `sk-...${secret.slice(-4)}`;

export const newSecret = (): string => `sk-${randomBytes(16).toString('base64url')}`;

export const checkLimits = (request: KeyRequest): void => {
  for (const field of PREMIUM) if (isGiven(request[field])) throw premiumFeature(field);
  if (isGiven(request.model_max_budget)) {
    const text = 'Internal Server Error, Setting model_max_budget is an Enterprise feature.';
    throw new ProxyError(500, 'internal_server_error', text);
  }
  for (const field of ['max_budget', 'soft_budget']) {
    const budget = request[field];
    if (typeof budget === 'number' && budget < 0)
      throw badRequest(`${field} cannot be negative. Received: ${budget}`, field);
  }
};

export const newRow = (secret: string, request: KeyRequest, now: Date): KeyRow => ({
  token: tokenOf(secret),
  key_name: shortForm(secret),
  ...changedFields(request, now),
  ...defaultsFor(request),
  spend: numberOr(request.spend, 0) ?? 0,
  blocked: request.blocked === true ? true : null,
  created_at: now.toISOString(),
  created_by: ADMIN,
  updated_at: now.toISOString(),
  updated_by: ADMIN,
});

/** Only what the body names is changed; an explicit null clears. */
export const updatedRow = (row: KeyRow, request: KeyRequest, now: Date): KeyRow => ({
  ...row,
  ...pick(changedFields(request, now), changedBy(request)),
  ...(typeof request.blocked === 'boolean' ? { blocked: request.blocked } : {}),
  ...(typeof request.spend === 'number' ? { spend: request.spend } : {}),
  updated_at: now.toISOString(),
});

type Changeable = Omit<
  KeyRow,
  | 'token'
  | 'key_name'
  | 'spend'
  | 'blocked'
  | 'created_at'
  | 'created_by'
  | 'updated_at'
  | 'updated_by'
  | 'allowed_routes'
>;

const changedFields = (request: KeyRequest, now: Date): Changeable => {
  const budgetDuration = textOr(request.budget_duration, null);
  return {
    key_alias: textOr(request.key_alias, null),
    expires: expiryOf(request.duration, now),
    models: Array.isArray(request.models) ? request.models.map(String) : [],
    max_budget: numberOr(request.max_budget, null),
    budget_duration: budgetDuration,
    budget_reset_at: budgetDuration === null ? null : budgetResetAt(budgetDuration, now).toISOString(),
    budget_id: textOr(request.budget_id, null),
    user_id: textOr(request.user_id, null),
    team_id: textOr(request.team_id, null),
    rpm_limit: numberOr(request.rpm_limit, null),
    tpm_limit: numberOr(request.tpm_limit, null),
    max_parallel_requests: numberOr(request.max_parallel_requests, null),
    metadata: isRecord(request.metadata) ? request.metadata : {},
  };
};

const changedBy = (request: KeyRequest): readonly string[] => {
  const named = Object.keys(request).filter((field) => field !== 'key');
  if (named.includes('duration')) named.push('expires');
  if (named.includes('budget_duration')) named.push('budget_reset_at');
  return named;
};

/** A soft budget makes a budget of its own, which takes the place of one that was named. */
const defaultsFor = (request: KeyRequest): Pick<KeyRow, 'allowed_routes'> & Partial<KeyRow> => ({
  allowed_routes: Array.isArray(request.allowed_routes)
    ? request.allowed_routes.map(String)
    : (ROUTES[String(request.key_type ?? 'default')] ?? []),
  ...(typeof request.soft_budget === 'number' ? { budget_id: randomUUID() } : {}),
});

const expiryOf = (duration: unknown, now: Date): string | null =>
  typeof duration !== 'string' || duration === '-1'
    ? null
    : `${expiryAfter(duration, now).toISOString().slice(0, -5)}Z`;

const isGiven = (value: unknown): boolean =>
  value !== undefined &&
  value !== null &&
  !(Array.isArray(value) && value.length === 0) &&
  !(isRecord(value) && Object.keys(value).length === 0);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textOr = (value: unknown, otherwise: null): string | null => (typeof value === 'string' ? value : otherwise);

const numberOr = <T extends number | null>(value: unknown, otherwise: T): number | T =>
  typeof value === 'number' ? value : otherwise;

const pick = <T extends object>(from: T, names: readonly string[]): Partial<T> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name))) as Partial<T>;
