import { randomBytes } from 'node:crypto';
import {
  type JsonServer,
  type Routes,
  startJsonServer,
  StandInError,
  type StandInReply,
  type StandInRequest,
} from '../stand-in/json-server.ts';
import { DAY_S, dayOf, type ServiceAccount, serviceAccount } from './service-account.ts';

export interface OpenAiAdmin extends JsonServer {
  readonly adminKey: string;
  readonly projectId: string;
  /** Accounts that live, oldest first. */
  accounts(): readonly ServiceAccount[];
  /** Lets the key of an account be used for so much, today or so many days ago. */
  spend(accountId: string, usd: number, daysAgo?: number): void;
  /** Lets the key of an account have been made so many days ago. */
  age(accountId: string, days: number): void;
}

const PROJECT = '/organization/projects/{project}';

const ok = (body: unknown): StandInReply => ({ status: 200, body });

const refused = (status: number, message: string, code: string | null = null): StandInError =>
  new StandInError(status, { error: { message, type: 'invalid_request_error', param: null, code } });

/** A page behind the entry `after`, at most `limit` long. */
const listed = (entries: readonly { readonly id: string }[], query: URLSearchParams): StandInReply => {
  const limit = Number(query.get('limit') ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw refused(400, 'limit: expected 1 to 100');
  const rest = entries.slice(entries.findIndex(({ id }) => id === query.get('after')) + 1);
  const data = rest.slice(0, limit);
  const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  return ok({ object: 'list', data, ...ends, has_more: rest.length > data.length });
};

/**
 * A stand-in for OpenAI's administration of one project: service accounts with a key each, which is told once and goes with
 * its account and not alone; lists by cursor; costs by day.
 */
export const startOpenAiAdmin = async (models: readonly string[] = ['gpt-4o-mini']): Promise<OpenAiAdmin> => {
  const adminKey = `sk-admin-${randomBytes(24).toString('base64url')}`;
  const projectId = `proj_${randomBytes(12).toString('hex')}`;
  const accounts = new Map<string, ServiceAccount>();

  const inProject =
    (work: (request: StandInRequest) => StandInReply) =>
    (request: StandInRequest): StandInReply => {
      if (request.headers.authorization !== `Bearer ${adminKey}`)
        throw refused(401, 'Incorrect API key provided: sk-ad***yz.', 'invalid_api_key');
      const { project = projectId } = request.params;
      if (project !== projectId) throw refused(404, `Project ${project} not found`);
      return work(request);
    };

  const known = ({ params }: StandInRequest): ServiceAccount => {
    const account = accounts.get(params.account ?? '');
    if (account === undefined) throw refused(404, `No service account found with id ${params.account}`);
    return account;
  };

  /** What costs without a key is told as well, of no key. */
  const bucketOf = (day: number, groupedBy: string | null) => ({
    object: 'bucket',
    start_time: day,
    end_time: day + DAY_S,
    results: [
      ...[...accounts.values()].map(({ key, costs }) => ({ id: key.id, usd: costs.get(day) })),
      { id: null, usd: 0.01 },
    ].flatMap(({ id, usd }) => (usd === undefined ? [] : [costOf(usd, groupedBy === 'api_key_id' ? id : null)])),
  });

  const costOf = (value: number, keyId: string | null) => ({
    object: 'organization.costs.result',
    amount: { value, currency: 'usd' },
    project_id: projectId,
    api_key_id: keyId,
  });

  const routes: Routes = {
    [`GET ${PROJECT}`]: inProject(() => ok({ object: 'organization.project', id: projectId, name: 'Keys' })),
    [`POST ${PROJECT}/service_accounts`]: inProject(({ body }) => {
      if (typeof body.name !== 'string' || body.name === '') throw refused(400, "Missing required parameter: 'name'.");
      const account = serviceAccount(body.name);
      accounts.set(account.id, account);
      return ok({ ...account.told, api_key: { ...account.key, value: account.newSecret() } });
    }),
    [`GET ${PROJECT}/service_accounts`]: inProject(({ query }) =>
      listed(
        [...accounts.values()].map(({ told }) => told),
        query,
      ),
    ),
    [`GET ${PROJECT}/service_accounts/{account}`]: inProject((request) => ok(known(request).told)),
    [`DELETE ${PROJECT}/service_accounts/{account}`]: inProject((request) => {
      const { id } = known(request);
      accounts.delete(id);
      return ok({ object: 'organization.project.service_account.deleted', id, deleted: true });
    }),
    [`GET ${PROJECT}/api_keys`]: inProject(({ query }) =>
      listed(
        [...accounts.values()].map(({ listedKey }) => listedKey()),
        query,
      ),
    ),
    [`DELETE ${PROJECT}/api_keys/{key}`]: inProject(() => {
      throw refused(400, 'API keys of service accounts cannot be deleted; delete the service account.');
    }),
    [`GET ${PROJECT}/rate_limits`]: inProject(({ query }) =>
      listed(
        models.map((model) => ({ object: 'project.rate_limit', id: `rl-${model}`, model })),
        query,
      ),
    ),
    'GET /organization/costs': inProject(({ query }) => {
      const limit = Number(query.get('limit') ?? 7);
      if (!Number.isInteger(limit) || limit < 1 || limit > 180) throw refused(400, 'limit: expected 1 to 180');
      const from = Number(query.get('page')?.replace(/^page_/, '') ?? query.get('start_time'));
      const until = from + limit * DAY_S;
      const today = dayOf(Date.now() / 1_000);
      const days = Array.from({ length: limit }, (_, index) => dayOf(from) + index * DAY_S);
      const data = days.filter((day) => day <= today).map((day) => bucketOf(day, query.get('group_by')));
      const hasMore = dayOf(until) <= today;
      return ok({ object: 'page', data, has_more: hasMore, next_page: hasMore ? `page_${until}` : null });
    }),
  };

  const server = await startJsonServer(routes, {
    status: 404,
    body: { error: { message: 'Invalid URL', type: 'invalid_request_error', param: null, code: null } },
  });
  return {
    ...server,
    adminKey,
    projectId,
    accounts: () => [...accounts.values()],
    spend: (accountId, usd, daysAgo = 0) => {
      const day = dayOf(Date.now() / 1_000) - daysAgo * DAY_S;
      const costs = accounts.get(accountId)?.costs;
      costs?.set(day, (costs.get(day) ?? 0) + usd);
    },
    age: (accountId, days) => {
      const account = accounts.get(accountId);
      if (account !== undefined) account.ageDays = days;
    },
  };
};
