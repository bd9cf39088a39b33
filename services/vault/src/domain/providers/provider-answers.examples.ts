import type { Stage, TestOutcome } from './connection-test.ts';

/** An answer as a provider gives it, and what it means. */
export interface ExampleAnswer {
  readonly provider: string;
  readonly what: string;
  readonly outcome: TestOutcome;
  readonly stage: Stage;
  readonly status: number;
  readonly body: unknown;
}

export const openAiError = (message: string, type: string, code: unknown, param: unknown = null) => ({
  error: { message, type, param, code },
});

type Case = readonly [
  provider: string,
  what: string,
  outcome: TestOutcome,
  stage: Stage,
  status: number,
  body: unknown,
];

const gemini = (status: number, message: string, reason: string) => ({
  error: {
    code: status,
    message,
    status: 'INVALID_ARGUMENT',
    details: [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com' },
      { '@type': 'type.googleapis.com/google.rpc.LocalizedMessage', locale: 'en-US', message },
    ],
  },
});

const auth = 'authenticate';
const chat = 'complete';

const cases: readonly Case[] = [
  [
    'openai',
    'wrong key',
    'invalid-key',
    auth,
    401,
    openAiError('Incorrect API key provided: sk-ab***yz.', 'invalid_request_error', 'invalid_api_key'),
  ],
  [
    'openai',
    'no quota',
    'billing',
    chat,
    429,
    openAiError('You exceeded…', 'insufficient_quota', 'insufficient_quota'),
  ],
  ['openai', 'too many calls', 'rate-limited', chat, 429, openAiError('Rate limit', 'requests', 'rate_limit_exceeded')],
  [
    'openai',
    'restricted key',
    'forbidden',
    auth,
    403,
    openAiError('Missing scopes: api.model.read', 'invalid_request_error', null),
  ],
  [
    'openai',
    'unknown model',
    'model-unavailable',
    chat,
    404,
    openAiError('No such model', 'invalid_request_error', 'model_not_found'),
  ],
  ['openai', 'failure', 'provider-error', chat, 503, 'upstream connect error'],
  ['openai', 'anything else', 'unknown', chat, 418, ''],
  [
    'anthropic',
    'wrong key',
    'invalid-key',
    auth,
    401,
    { type: 'error', error: { type: 'authentication_error', message: 'invalid x-api-key' }, request_id: 'req_1' },
  ],
  [
    'anthropic',
    'disabled key',
    'invalid-key',
    auth,
    404,
    { type: 'error', error: { type: 'not_found_error', message: '' } },
  ],
  [
    'anthropic',
    'no credit',
    'billing',
    chat,
    400,
    {
      type: 'error',
      error: {
        type: 'invalid_request_error',
        message: 'Your credit balance is too low to access the Anthropic API.',
      },
    },
  ],
  [
    'anthropic',
    'bad request that speaks of keys',
    'bad-request',
    chat,
    400,
    { type: 'error', error: { type: 'invalid_request_error', message: 'Invalid API key format in tool' } },
  ],
  ['anthropic', 'unknown model', 'model-unavailable', chat, 404, { type: 'error', error: { type: 'not_found_error' } }],
  ['anthropic', 'overload', 'provider-error', chat, 529, { type: 'error', error: { type: 'overloaded_error' } }],
  [
    'gemini',
    'wrong key',
    'invalid-key',
    auth,
    400,
    gemini(400, 'API key not valid. Please pass a valid API key.', 'API_KEY_INVALID'),
  ],
  ['gemini', 'key in other words', 'invalid-key', chat, 400, gemini(400, 'Something new.', 'API_KEY_INVALID')],
  ['gemini', 'service disabled', 'forbidden', auth, 403, gemini(403, 'Disabled', 'SERVICE_DISABLED')],
  ['gemini', 'bad request', 'bad-request', chat, 400, gemini(400, 'Invalid value', 'FIELD_INVALID')],
  [
    'gemini',
    'five tokens of thinking',
    'ok',
    chat,
    200,
    { candidates: [{ content: { role: 'model' }, finishReason: 'MAX_TOKENS' }] },
  ],
  [
    'azure-openai',
    'wrong key or address',
    'invalid-key',
    auth,
    401,
    { error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' } },
  ],
  [
    'azure-openai',
    'wrong key, other shape',
    'invalid-key',
    auth,
    401,
    { error: { code: 'Unauthorized', message: 'Access denied' } },
  ],
  [
    'azure-openai',
    'no deployment',
    'model-unavailable',
    chat,
    404,
    { error: { code: 'DeploymentNotFound', message: '' } },
  ],
  ['azure-openai', 'too many calls', 'rate-limited', chat, 429, { error: { code: '429', message: 'Requests…' } }],
  [
    'bedrock',
    'wrong key or region',
    'invalid-key',
    auth,
    403,
    { Message: 'Authentication failed: Please make sure your API Key is valid.' },
  ],
  [
    'bedrock',
    'no permission to list',
    'forbidden',
    auth,
    403,
    { message: 'User is not authorized to perform: bedrock:List' },
  ],
  ['bedrock', 'throttling', 'rate-limited', chat, 429, { message: 'Too many requests' }],
  ['openrouter', 'wrong key', 'invalid-key', auth, 401, { error: { code: 401, message: 'User not found.' } }],
  ['openrouter', 'no credit', 'billing', chat, 402, { error: { code: 402, message: 'Insufficient credits' } }],
  ['openrouter', 'timeout', 'provider-error', chat, 408, { error: { code: 408, message: 'Timeout' } }],
  ['openrouter', 'a page instead of an answer', 'unknown', auth, 200, '<html>'],
  ['mistral', 'wrong key at the gateway', 'invalid-key', auth, 401, { detail: 'Unauthorized' }],
  ['mistral', 'wrong key, older', 'invalid-key', auth, 401, { message: 'Unauthorized', request_id: '1' }],
  [
    'mistral',
    'too many calls',
    'rate-limited',
    chat,
    429,
    { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null, code: '1300' },
  ],
  ['mistral', 'too many calls, other shape', 'rate-limited', chat, 429, { message: 'Requests rate limit exceeded' }],
  ['mistral', 'overload', 'provider-error', chat, 429, { message: 'Service tier capacity exceeded for this model.' }],
  [
    'groq',
    'wrong key',
    'invalid-key',
    auth,
    401,
    { error: { message: 'Invalid API Key', type: 'invalid_request_error', code: 'invalid_api_key' } },
  ],
  [
    'groq',
    'request above the tier',
    'rate-limited',
    chat,
    413,
    { error: { message: 'Request too large', type: 'tokens', code: 'rate_limit_exceeded' } },
  ],
  ['hugging-face', 'wrong key', 'invalid-key', auth, 401, { error: 'Invalid credentials in Authorization header' }],
  [
    'hugging-face',
    'token without inference',
    'forbidden',
    chat,
    403,
    {
      error:
        'This authentication method does not have sufficient permissions to call Inference Providers on behalf of user X',
    },
  ],
  [
    'hugging-face',
    'model not enabled',
    'model-unavailable',
    chat,
    400,
    {
      error: {
        message: "The requested model 'x' is not supported by any provider you have enabled.",
        code: 'model_not_supported',
      },
    },
  ],
  [
    'together',
    'wrong key',
    'invalid-key',
    auth,
    401,
    openAiError('Invalid API key provided.', 'invalid_request_error', 'invalid_api_key'),
  ],
  ['together', 'a bare list', 'ok', auth, 200, [{ id: 'm' }]],
  [
    'together',
    'model that is gone',
    'model-unavailable',
    chat,
    400,
    openAiError('Unable to access', 'invalid_request_error', 'model_not_available'),
  ],
  [
    'deepseek',
    'wrong key',
    'invalid-key',
    auth,
    401,
    openAiError(
      'Authentication Fails, Your api key: ****ab12 is invalid',
      'authentication_error',
      'invalid_request_error',
    ),
  ],
  [
    'deepseek',
    'no balance',
    'billing',
    chat,
    402,
    openAiError('Insufficient Balance', 'unknown_error', 'invalid_request_error'),
  ],
  ['deepseek', 'valid key without balance', 'billing', auth, 200, { is_available: false, balance_infos: [] }],
  ['deepseek', 'balance', 'ok', auth, 200, { is_available: true, balance_infos: [] }],
  ['cohere', 'wrong key', 'invalid-key', auth, 401, { message: 'invalid api token' }],
  ['cohere', 'key that is not valid', 'invalid-key', auth, 200, { valid: false }],
  ['cohere', 'valid key', 'ok', auth, 200, { valid: true }],
  [
    'xai',
    'wrong key',
    'invalid-key',
    auth,
    400,
    { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: na***ys.' },
  ],
  [
    'xai',
    'wrong key at the chat',
    'invalid-key',
    chat,
    400,
    { code: 'Client', error: 'Incorrect API key provided: na***ys.' },
  ],
  ['xai', 'bad request at the chat', 'bad-request', chat, 400, { code: 'Client', error: 'Unknown field' }],
  ['ollama', 'answer', 'ok', auth, 200, { models: [] }],
  ['ollama', 'unknown model', 'model-unavailable', chat, 404, { error: { message: 'model not found' } }],
  [
    'litellm',
    'wrong key',
    'invalid-key',
    auth,
    401,
    openAiError('Authentication Error', 'token_not_found_in_db', '401', 'key'),
  ],
  [
    'litellm',
    'expired key',
    'invalid-key',
    auth,
    400,
    openAiError('Authentication Error - Expired Key.', 'expired_key', '400'),
  ],
  [
    'litellm',
    'model not allowed',
    'model-unavailable',
    chat,
    401,
    openAiError('key not allowed…', 'key_model_access_denied', '401', 'model'),
  ],
  [
    'litellm',
    'over budget, older',
    'billing',
    chat,
    400,
    openAiError('Budget has been exceeded!', 'budget_exceeded', '400'),
  ],
  [
    'litellm',
    'over budget, newer',
    'billing',
    chat,
    429,
    openAiError('Budget has been exceeded!', 'budget_exceeded', '429'),
  ],
  ['litellm', 'no database', 'provider-error', auth, 400, openAiError('No connected db.', 'no_db_connection', '400')],
  ['litellm', 'too many calls', 'rate-limited', chat, 429, openAiError('Rate limit exceeded', 'None', '429')],
];

export const exampleAnswers: readonly ExampleAnswer[] = cases.map(([provider, what, outcome, stage, status, body]) => ({
  provider,
  what,
  outcome,
  stage,
  status,
  body,
}));
