import { describe, expect, it } from '@jest/globals';
import type { HttpRequest } from './http-message.ts';
import { isFromAnotherSite } from './origin-guard.ts';

const request = (headers: Record<string, string>): HttpRequest =>
  ({ headers: { host: 'keys.example.com', ...headers } }) as unknown as HttpRequest;

const allowed = ['https://portal.example'];

describe('a request from another site', () => {
  it.each([
    [{}, false],
    [{ 'sec-fetch-site': 'same-origin' }, false],
    [{ 'sec-fetch-site': 'none' }, false],
    [{ 'sec-fetch-site': 'same-origin', origin: 'null' }, false],
    [{ 'sec-fetch-site': 'cross-site' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://other.example.com' }, true],
    [{ 'sec-fetch-site': 'cross-site', origin: 'https://portal.example' }, false],
    [{ origin: 'https://keys.example.com' }, false],
    [{ origin: 'http://keys.example.com' }, false],
    [{ origin: 'https://portal.example' }, false],
    [{ origin: 'https://evil.example' }, true],
    [{ origin: 'https://keys.example.com.evil.example' }, true],
    [{ origin: 'null' }, true],
    [{ origin: 'nonsense' }, true],
  ])('with %j: %j', (headers, expected) => {
    expect(isFromAnotherSite(request(headers), allowed)).toBe(expected);
  });

  it('may hide its origin only where that is said', () => {
    expect(isFromAnotherSite(request({ origin: 'null' }), [], { mayBeOpaque: true })).toBe(false);
    expect(
      isFromAnotherSite(request({ origin: 'null', 'sec-fetch-site': 'cross-site' }), [], { mayBeOpaque: true }),
    ).toBe(true);
  });
});
