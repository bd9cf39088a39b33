import { describe, expect, it } from '@jest/globals';
import { isAliasTaken, isDatabaseMissing, type LiteLlmError, parseError, refusalOf } from './litellm.errors.ts';

const error = (changed: Partial<LiteLlmError>): LiteLlmError => ({
  status: 400,
  type: 'bad_request_error',
  param: 'None',
  message: 'No',
  ...changed,
});

describe('a taken alias', () => {
  it.each([
    [{ param: 'key_alias' }, true],
    [{ message: "Key with alias 'a' already exists. Unique key aliases across all keys are required." }, true],
    [{ message: 'max_budget is over max limit set in config' }, false],
    [{ param: 'key_alias', status: 403 }, false],
  ])('is recognised by parameter or text: %j', (changed, isTaken) => {
    expect(isAliasTaken(error(changed))).toBe(isTaken);
  });
});

describe('a missing database', () => {
  it('is recognised by its type', () => {
    expect(isDatabaseMissing(error({ type: 'no_db_connection' }))).toBe(true);
    expect(isDatabaseMissing(error({}))).toBe(false);
  });
});

describe('a refusal', () => {
  it.each([
    [{ status: 401, type: 'token_not_found_in_db' }, 'credential-refused'],
    [{ status: 401, type: 'auth_error' }, 'credential-refused'],
    [{ status: 403, type: '' }, 'credential-refused'],
    [{ status: 400, type: 'expired_key' }, 'credential-refused'],
    [{ status: 400, type: 'budget_exceeded' }, 'credential-refused'],
    [{ status: 429, type: 'budget_exceeded' }, 'credential-refused'],
    [{ status: 400, type: 'bad_request_error' }, 'order-refused'],
    [{ status: 422, type: 'validation_error' }, 'order-refused'],
  ])('of %j is about the right thing', (changed, reason) => {
    expect(refusalOf(error(changed))).toMatchObject({ name: 'IssuerRefused', reason });
  });

  it('says status and reason', () => {
    expect(refusalOf(error({ message: 'max_budget cannot be negative. Received: -1' })).message).toBe(
      'LiteLLM refused (400): max_budget cannot be negative. Received: -1',
    );
  });
});

describe('what is no error of LiteLLM', () => {
  it.each([undefined, null, 7, 'text', [], {}, { detail: 'Not Found' }, { detail: [] }, { error: 'text' }])(
    '%j',
    (body) => {
      expect(parseError(404, body)).toBeUndefined();
    },
  );
});
