import { type ExampleAnswer, exampleAnswers } from '../../../domain/providers/provider-answers.examples.ts';

/** A request as it comes to a provider, below its address. */
export interface HeardCall {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface GivenAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a provider documents of the two calls of a test, written down apart from the code that makes them. */
interface Documented {
  /** Path of the address under which the calls are. */
  readonly base: string;
  readonly header: string;
  readonly prefix?: string;
  readonly also?: Readonly<Record<string, string>>;
  readonly show: string;
  readonly shown: unknown;
  readonly chat: string;
  readonly chatted: unknown;
  /** Where the body of the chat has its limit of tokens. */
  readonly limit: readonly string[];
}

const chatted = {
  id: 'chatcmpl-1',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'length' }],
  usage: { prompt_tokens: 8, completion_tokens: 5, total_tokens: 13 },
};

const models = { object: 'list', data: [{ id: 'm', object: 'model' }] };

const openAiStyle = {
  base: '/v1',
  header: 'authorization',
  prefix: 'Bearer ',
  show: 'GET /models',
  shown: models,
  chat: 'POST /chat/completions',
  chatted,
  limit: ['max_tokens'],
} as const;

const documented: Readonly<Record<string, Documented>> = {
  openai: { ...openAiStyle, limit: ['max_completion_tokens'] },
  anthropic: {
    ...openAiStyle,
    header: 'x-api-key',
    prefix: '',
    also: { 'anthropic-version': '2023-06-01' },
    show: 'GET /models?limit=1',
    shown: { data: [{ type: 'model', id: 'm' }], has_more: true },
    chat: 'POST /messages',
    chatted: { type: 'message', content: [{ type: 'text', text: 'Hello' }], stop_reason: 'max_tokens' },
  },
  gemini: {
    base: '/v1beta',
    header: 'x-goog-api-key',
    show: 'GET /models?pageSize=1',
    shown: { models: [{ name: 'models/m' }] },
    chat: 'POST /models/m:generateContent',
    chatted: { candidates: [{ content: { role: 'model' }, finishReason: 'MAX_TOKENS' }] },
    limit: ['generationConfig', 'maxOutputTokens'],
  },
  'azure-openai': {
    ...openAiStyle,
    base: '',
    header: 'api-key',
    prefix: '',
    show: 'GET /openai/v1/models',
    chat: 'POST /openai/v1/chat/completions',
  },
  bedrock: {
    ...openAiStyle,
    base: '',
    show: 'GET /foundation-models',
    shown: { modelSummaries: [{ modelId: 'm' }] },
    chat: 'POST /model/m/converse',
    chatted: { output: { message: { role: 'assistant', content: [{ text: 'Hello' }] } }, stopReason: 'max_tokens' },
    limit: ['inferenceConfig', 'maxTokens'],
  },
  openrouter: {
    ...openAiStyle,
    base: '/api/v1',
    show: 'GET /key',
    shown: { data: { label: 'sk-or-v1-au7...890', limit: null, usage: 0, is_management_key: false } },
  },
  mistral: openAiStyle,
  groq: { ...openAiStyle, base: '/openai/v1' },
  'hugging-face': {
    ...openAiStyle,
    base: '',
    show: 'GET /api/whoami-v2',
    shown: {
      type: 'user',
      name: 'ada',
      auth: { type: 'access_token', accessToken: { role: 'fineGrained' } },
      orgs: [],
    },
    chat: 'POST /v1/chat/completions',
  },
  together: { ...openAiStyle, shown: [{ id: 'm', object: 'model' }] },
  deepseek: {
    ...openAiStyle,
    base: '',
    show: 'GET /user/balance',
    shown: { is_available: true, balance_infos: [{ currency: 'CNY', total_balance: '110.00' }] },
  },
  cohere: {
    ...openAiStyle,
    base: '',
    show: 'POST /v1/check-api-key',
    shown: { valid: true, organization_id: 'o' },
    chat: 'POST /v2/chat',
    chatted: {
      message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
      finish_reason: 'MAX_TOKENS',
    },
  },
  xai: { ...openAiStyle, show: 'GET /api-key', shown: { redacted_api_key: 'xai-...abcd', name: 'n' } },
  ollama: {
    ...openAiStyle,
    base: '',
    show: 'GET /api/tags',
    shown: { models: [{ name: 'llama3.2:latest' }] },
    chat: 'POST /v1/chat/completions',
  },
  litellm: { ...openAiStyle, base: '', show: 'GET /v1/models', chat: 'POST /v1/chat/completions' },
};

const isChatSmall = ({ limit }: Documented, body: unknown): boolean =>
  limit.reduce<unknown>((inner, name) => (inner as Record<string, unknown> | undefined)?.[name], body) === 5;

/** Answers for a key: what it is at the provider. */
export type KeyState = 'good' | ExampleAnswer;

/**
 * Stands in for one provider and speaks its exact bodies. A call that the provider does not document, or without a header
 * that it wants, is answered as there: with 404 or the no to a wrong key.
 */
export class ProviderDouble {
  readonly heard: HeardCall[] = [];
  readonly keys = new Map<string, KeyState>();
  readonly documented: Documented;
  /** Given once, before anything else. */
  readonly next: GivenAnswer[] = [];
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
    this.documented = documented[name]!;
  }

  static readonly names = Object.keys(documented);

  answer(call: HeardCall): GivenAnswer {
    this.heard.push(call);
    const next = this.next.shift();
    if (next !== undefined) return next;
    const { header, prefix = '', also = {}, show, shown, chat, chatted: reply } = this.documented;
    const asked = `${call.method} ${call.path}`;
    if (asked !== show && asked !== chat) return { status: 404, body: '<html>Not found</html>' };
    if (Object.entries(also).some(([name, value]) => call.headers[name] !== value))
      return { status: 400, body: { error: { message: `A header is missing` } } };
    const state = this.#stateOf(call.headers[header], prefix);
    if (state === undefined) return this.#wrongKey();
    const stage = asked === show ? 'authenticate' : 'complete';
    if (state !== 'good' && state.stage === stage) return { status: state.status, body: state.body };
    if (stage === 'authenticate') return { status: 200, body: shown };
    return isChatSmall(this.documented, call.body) ? { status: 200, body: reply } : { status: 400, body: {} };
  }

  #stateOf(header: string | string[] | undefined, prefix: string): KeyState | undefined {
    if (this.#name === 'ollama' && header === undefined) return 'good';
    if (typeof header !== 'string' || !header.startsWith(prefix)) return undefined;
    return this.keys.get(header.slice(prefix.length));
  }

  #wrongKey(): GivenAnswer {
    const no = exampleAnswers.find(({ provider, outcome }) => provider === this.#name && outcome === 'invalid-key');
    return no ?? { status: 401, body: {} };
  }
}
