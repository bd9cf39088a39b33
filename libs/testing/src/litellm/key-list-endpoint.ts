import { requireAdmin } from './bearer.ts';
import { ok, type Answer, type Bearer, type Call, type Endpoints } from './call.ts';
import type { KeyLedger } from './key-ledger.ts';
import type { KeyRow } from './key-row.ts';
import { badRequest, ValidationError } from './proxy-error.ts';

/** Exact in the code of early 2026, a substring in any case from mid 2026. */
export type AliasFilter = 'exact' | 'substring';

const SORTABLE = ['spend', 'max_budget', 'created_at', 'updated_at', 'token', 'key_alias'] as const;

export const keyListEndpoints = (ledger: KeyLedger, aliasFilter: AliasFilter): Endpoints => {
  const list = ({ query, bearer, path }: Call): Answer => {
    const team = teamOf(bearer);
    if (team === undefined) requireAdmin(bearer, path);
    const page = wholeNumber(query, 'page', 1, 1, Number.MAX_SAFE_INTEGER);
    const size = wholeNumber(query, 'size', 10, 1, 100);
    const status = query.get('status');
    if (status !== null && status !== 'deleted') throw badRequest(`Invalid status value: ${status}`, 'status');
    const rows = sorted(status === 'deleted' ? ledger.deleted() : ledger.rows(), query).filter(
      visibleTo(team, query, wanted(query)),
    );
    const shown = rows.slice((page - 1) * size, page * size);
    const isFull = query.get('return_full_object')?.toLowerCase() === 'true';
    return ok({
      keys: isFull ? shown : shown.map(({ token }) => token),
      total_count: rows.length,
      current_page: page,
      total_pages: Math.ceil(rows.length / size),
    });
  };

  const wanted = (query: URLSearchParams): Condition => {
    const [alias, hash, user, team] = ['key_alias', 'key_hash', 'user_id', 'team_id'].map((name) => query.get(name));
    return (row) =>
      matches(row.key_alias, alias, aliasFilter) &&
      (!hash || row.token === hash) &&
      matches(row.user_id, user, aliasFilter) &&
      (!team || row.team_id === team);
  };

  return { 'GET /key/list': list };
};

type Condition = (row: KeyRow) => boolean;

/** A key for management that belongs to a team stands for an administrator of that team; the master key for none. */
const teamOf = (bearer: Bearer): string | undefined =>
  bearer.kind === 'key' && bearer.row.allowed_routes.includes('management_routes')
    ? (bearer.row.team_id ?? undefined)
    : undefined;

/** With `include_team_keys`, a team administrator gets the keys of the team besides, whatever else was asked for. */
const visibleTo = (team: string | undefined, query: URLSearchParams, wanted: Condition): Condition => {
  if (team === undefined) return wanted;
  const includesTeam = query.get('include_team_keys')?.toLowerCase() === 'true';
  return (row) => (row.team_id === team && wanted(row)) || (includesTeam && row.team_id === team);
};

const matches = (value: string | null, wanted: string | null | undefined, filter: AliasFilter): boolean => {
  if (!wanted) return true;
  if (value === null) return false;
  return filter === 'exact' ? value === wanted : value.toLowerCase().includes(wanted.toLowerCase());
};

const sorted = (rows: readonly KeyRow[], query: URLSearchParams): readonly KeyRow[] => {
  const by = query.get('sort_by');
  if (by === null) return rows.toReversed();
  const column = SORTABLE.find((name) => name === by);
  if (!column) throw badRequest(`Invalid sort_by value: ${by}`, 'sort_by');
  const sign = query.get('sort_order') === 'asc' ? 1 : -1;
  return rows.toSorted((a, b) => sign * (String(a[column]) < String(b[column]) ? -1 : 1));
};

const wholeNumber = (query: URLSearchParams, name: string, otherwise: number, least: number, most: number): number => {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value))
    throw new ValidationError(['query', name], 'Input should be a valid integer', 'int_parsing');
  if (value < least)
    throw new ValidationError(
      ['query', name],
      `Input should be greater than or equal to ${least}`,
      'greater_than_equal',
    );
  if (value > most)
    throw new ValidationError(['query', name], `Input should be less than or equal to ${most}`, 'less_than_equal');
  return value;
};
