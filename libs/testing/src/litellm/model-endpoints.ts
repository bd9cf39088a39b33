import { requireRoute } from './bearer.ts';
import { ok, type Answer, type Bearer, type Call, type Endpoints } from './call.ts';
import type { KeyLedger } from './key-ledger.ts';
import type { KeyRow } from './key-row.ts';
import { badRequest, ProxyError, pythonRepr } from './proxy-error.ts';

export const defaultModels = [
  ...['openai-gpt4', 'openai-gpt3.5', 'gpt-4o-mini', 'gpt-4o', 'claude-3', 'claude-sonnet', 'gemini-pro'],
  ...['llama-2', 'llama-3.1-8b', 'ollama/llama3.2', 'ollama/qwen2.5-coder', 'mistral-7b'],
  ...['grok', 'grok/grok-2', 'cohere-command'],
];

const COST_PER_CALL = 0.0001;
const CREATED = 1_677_610_602;

/** 400 until LiteLLM 1.81, later 429. */
export type BudgetStatus = 400 | 429;

export const modelEndpoints = (ledger: KeyLedger, models: readonly string[], budgetStatus: BudgetStatus): Endpoints => {
  const list = ({ bearer, path }: Call): Answer => {
    requireRoute(bearer, 'llm_api_routes', path);
    const data = allowedModels(bearer, models).map((id) => ({
      id,
      object: 'model',
      created: CREATED,
      owned_by: 'openai',
    }));
    return ok({ data, object: 'list' });
  };

  const complete = ({ body, bearer, path }: Call): Answer => {
    requireRoute(bearer, 'llm_api_routes', path);
    const model = String(body.model ?? '');
    if (!models.includes(model)) throw unknownModel(path, model);
    if (bearer.kind === 'key') checkKey(bearer.row, model, budgetStatus);
    if (bearer.kind === 'key') ledger.put({ ...bearer.row, spend: bearer.row.spend + COST_PER_CALL });
    return ok(completion(model));
  };

  return {
    'GET /v1/models': list,
    'GET /models': list,
    'POST /v1/chat/completions': complete,
    'POST /chat/completions': complete,
  };
};

/** An empty list on a key means every model. */
const allowedModels = (bearer: Bearer, models: readonly string[]): readonly string[] =>
  bearer.kind === 'admin' || bearer.row.models.length === 0
    ? models
    : models.filter((model) => bearer.row.models.includes(model));

const unknownModel = (path: string, model: string) =>
  badRequest(
    pythonRepr(`${path}: Invalid model name passed in model=${model}. Call \`/v1/models\` to view available models.`),
  );

const checkKey = (row: KeyRow, model: string, budgetStatus: BudgetStatus): void => {
  if (row.models.length > 0 && !row.models.includes(model)) {
    const own = row.models.map((name) => `'${name}'`).join(', ');
    const message = `key not allowed to access model. This key can only access models=[${own}]. Tried to access ${model}`;
    throw new ProxyError(401, 'key_model_access_denied', message, 'model');
  }
  if (row.max_budget !== null && row.spend >= row.max_budget) {
    const message = `Budget has been exceeded! Current cost: ${row.spend}, Max budget: ${row.max_budget}`;
    throw new ProxyError(budgetStatus, 'budget_exceeded', message, null);
  }
};

const completion = (model: string): object => ({
  id: 'chatcmpl-keyledger-stand-in',
  object: 'chat.completion',
  created: CREATED,
  model,
  choices: [
    {
      index: 0,
      finish_reason: 'stop',
      message: { role: 'assistant', content: 'Hello from the LiteLLM stand-in: this key works.' },
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: 11, total_tokens: 20 },
});
