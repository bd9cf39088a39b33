import { redactedExcerpt } from '@keyledger/secrets';
import { type ErrorFields, errorFields } from './answer-fields.ts';
import type { Provider, ProviderAnswer, Stage, TestOutcome, TestVerdict } from './connection-test.ts';
import { readRetryAfter } from './retry-after.ts';

const INVALID_KEY = /api.?key.{0,100}?(?:not valid|not found|incorrect|invalid)|(?:incorrect|invalid) api.?key/i;
const NO_CREDIT = /insufficient_quota|credit/i;
const NO_MODEL = new Set(['model_not_found', 'model_not_available', 'model_not_supported', 'unsupported_model']);
const OTHER_TOKEN_LIMIT = /max_completion_tokens/;

const ofBadRequest = ({ message, type, code }: ErrorFields): TestOutcome => {
  if (type === 'budget_exceeded') return 'billing';
  if (NO_MODEL.has(code)) return 'model-unavailable';
  return INVALID_KEY.test(message) ? 'invalid-key' : 'bad-request';
};

/** A page is what proxies, firewalls and web servers answer with; no API of a provider does. */
const isPage = (body: unknown): boolean => typeof body === 'string' && /^\s*</.test(body);

/** Where keys belong to the proxy in front, its page speaks for the provider. */
const isOfAnother = ({ isKeyOptional }: Provider, { body }: ProviderAnswer): boolean =>
  isPage(body) && isKeyOptional !== true;

/** Says nothing about the key, nor about its rights, money or models. */
const ofPage = ({ status }: ProviderAnswer): TestOutcome => {
  if (status >= 500 || status === 408) return 'provider-error';
  if (status === 429) return 'rate-limited';
  return [400, 413, 422].includes(status) ? 'bad-request' : 'unknown';
};

/** What most providers mean by a status, in the order of how much it says. */
const ofStatus = ({ status, body }: ProviderAnswer, stage: Stage, fields: ErrorFields): TestOutcome => {
  if (status >= 200 && status < 300) return ofSuccess(body);
  if (status >= 500) return 'provider-error';
  switch (status) {
    case 400:
    case 413:
    case 422:
      return ofBadRequest(fields);
    case 401:
      return 'invalid-key';
    case 402:
      return 'billing';
    case 403:
      return 'forbidden';
    case 404:
      return stage === 'complete' || NO_MODEL.has(fields.code) ? 'model-unavailable' : 'unknown';
    case 408:
      return 'provider-error';
    case 429:
      return fields.type === 'budget_exceeded' || NO_CREDIT.test(`${fields.code} ${fields.type}`)
        ? 'billing'
        : 'rate-limited';
    default:
      return 'unknown';
  }
};

/** A page where an API should be answers 200 to everything: only JSON speaks for the key. */
const ofSuccess = (body: unknown): TestOutcome => (typeof body === 'object' && body !== null ? 'ok' : 'unknown');

const wantsOtherTokenLimit = ({ code, message }: ErrorFields): boolean =>
  code === 'unsupported_parameter' && OTHER_TOKEN_LIMIT.test(message);

/**
 * What an answer says about a connection: first the rules of the provider, then the general ones. An answer blames the key
 * only where the provider says so; an empty text is no failure, since models that reason spend five tokens on thinking.
 */
export const judgeAnswer = (provider: Provider, stage: Stage, answer: ProviderAnswer, now: Date): TestVerdict => {
  const fields = errorFields(answer);
  const verdict: TestVerdict = {
    outcome: isOfAnother(provider, answer) ? ofPage(answer) : ofStatus(answer, stage, fields),
    ...(answer.status === 400 && wantsOtherTokenLimit(fields) ? { retryWith: 'max_completion_tokens' } : {}),
    ...provider.judge?.(answer, stage),
  };
  if (verdict.outcome === 'ok') return verdict;
  const seconds =
    verdict.outcome === 'rate-limited' ? readRetryAfter(answer.headers['retry-after'] ?? '', now) : undefined;
  return {
    ...verdict,
    ...(seconds === undefined ? {} : { retryAfterSeconds: seconds }),
    ...(fields.message === '' ? {} : { message: redactedExcerpt(fields.message) }),
  };
};
