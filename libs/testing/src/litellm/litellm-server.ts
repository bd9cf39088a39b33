import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { listenOnLoopback } from '../stand-in/loopback.ts';
import { authenticate } from './bearer.ts';
import { answerFor, ok, type Answer, type Bearer, type Endpoints } from './call.ts';
import { CallLog, type LoggedCall } from './call-log.ts';
import { CONTROL, controlEndpoints } from './control-endpoints.ts';
import { LiteLlmFaults } from './faults.ts';
import { checkJson, readBody, send } from './http-call.ts';
import { keyEndpoints } from './key-endpoints.ts';
import { KeyLedger } from './key-ledger.ts';
import { keyListEndpoints, type AliasFilter } from './key-list-endpoint.ts';
import type { KeyRow } from './key-row.ts';
import { defaultModels, modelEndpoints, type BudgetStatus } from './model-endpoints.ts';
import { overviewPage } from './overview-page.ts';
import { workUnder } from './under-fault.ts';

export interface LiteLlmOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Where the keys survive a restart; default: nowhere. */
  readonly dataFile?: string;
  readonly masterKey?: string;
  readonly models?: readonly string[];
  readonly aliasFilter?: AliasFilter;
  readonly unknownBlockStatus?: 401 | 404;
  readonly budgetStatus?: BudgetStatus;
}

export interface LiteLlm {
  readonly url: string;
  readonly masterKey: string;
  readonly faults: LiteLlmFaults;
  /** Live keys, oldest first. */
  ledger(): readonly KeyRow[];
  /** Writes fields of a key into the database, past every check: in whatever form. */
  tell(token: string, fields: Readonly<Record<string, unknown>>): void;
  deletedKeys(): readonly KeyRow[];
  calls(): readonly LoggedCall[];
  stop(): Promise<void>;
}

/**
 * A stand-in for a LiteLLM proxy: the endpoints around keys with their answers, errors and odd corners, over HTTP on
 * the loopback interface. There is one administrator, the master key; teams and users are names without rows.
 */
export const startLiteLlm = async (options: LiteLlmOptions = {}): Promise<LiteLlm> => {
  const masterKey = options.masterKey ?? `sk-${randomBytes(24).toString('base64url')}`;
  const ledger = new KeyLedger(options.dataFile);
  const calls = new CallLog();
  const faults = new LiteLlmFaults();
  const models = options.models ?? defaultModels;
  const endpoints: Endpoints = {
    ...keyEndpoints(ledger, { unknownBlockStatus: options.unknownBlockStatus ?? 401 }),
    ...keyListEndpoints(ledger, options.aliasFilter ?? 'substring'),
    ...modelEndpoints(ledger, models, options.budgetStatus ?? 400),
  };
  const open: Endpoints = {
    ...controlEndpoints(ledger, calls, faults),
    'GET /': () => overviewPage(ledger),
    'GET /health/liveliness': () => ok("I'm alive!"),
    'GET /health/liveness': () => ok("I'm alive!"),
    'GET /health/readiness': () => ok({ status: 'healthy', db: 'connected' }),
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://stand-in');
    const method = request.method ?? 'GET';
    const fault = path.startsWith(CONTROL) || path === '/' ? undefined : faults.take(path);
    const body = await readBody(request);
    const work = async (): Promise<Answer> => {
      try {
        const unprotected = open[`${method} ${path}`];
        if (unprotected) {
          checkJson(request);
          return await unprotected({ method, path, query, body, bearer: NOBODY });
        }
        const bearer = authenticate(request.headers, masterKey, ledger);
        const endpoint = endpoints[`${method} ${path.replace(/^\/key\/[^/]+\/regenerate$/, '/key/{key}/regenerate')}`];
        if (!endpoint) return { status: 404, body: { detail: 'Not Found' } };
        return await endpoint({ method, path, query, body, bearer });
      } catch (error) {
        return answerFor(error);
      }
    };
    const answer = await workUnder(fault, work, { path, alias: body.key_alias });
    if (!open[`${method} ${path}`])
      calls.add({
        method,
        path,
        query: Object.fromEntries(query),
        body,
        changedBy: request.headers['litellm-changed-by']?.toString() ?? null,
        status: typeof answer === 'string' ? null : answer.status,
        fault: fault?.do ?? null,
      });
    if (answer === 'drop') response.destroy();
    else if (answer !== 'hang') send(response, answer);
  };

  const { url, stop } = await listenOnLoopback(server, options.port);
  return {
    url,
    masterKey,
    faults,
    ledger: () => ledger.rows(),
    tell: (token, fields) => {
      const row = ledger.find(token);
      if (row !== undefined) ledger.put({ ...row, ...fields } as KeyRow);
    },
    deletedKeys: () => ledger.deleted(),
    calls: () => calls.all(),
    stop: async () => {
      await stop();
      ledger.close();
    },
  };
};

/** Open endpoints do not ask who calls. */
const NOBODY: Bearer = { kind: 'admin' };
