import { describe, expect, it } from '@jest/globals';
import { connectionTestSchema } from './connection.ts';

const test = {
  outcome: 'rate-limited',
  message: 'OpenAI gets too many requests with this key',
  stage: 'authenticate',
  latencyMs: 12,
  testedAt: '2026-11-21T08:00:00.000Z',
};

describe('the result of a test', () => {
  it.each([
    [7, 7],
    [99_999_999_999, 86_400],
  ])('asks for a wait of a day at most: %d', (stored, shown) => {
    expect(connectionTestSchema.parse({ ...test, retryAfterSeconds: stored })).toMatchObject({
      retryAfterSeconds: shown,
    });
  });
});
