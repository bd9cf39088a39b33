import { describe, expect, it } from '@jest/globals';
import type { HttpRequest } from './http-message.ts';
import { isFromAnotherSite } from './origin-guard.ts';

const request = (headers: Record<string, string>, protocol = 'http'): HttpRequest =>
  ({ headers: { host: 'keys.example.com', ...headers }, protocol }) as unknown as HttpRequest;

const own = { publicUrl: 'https://keys.example.com', allowedOrigins: ['https://portal.example'] };

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
    [{ origin: 'https://portal.example' }, false],
    [{ origin: 'https://keys.example.com', host: 'gateway:8000' }, false],
    [{ origin: 'https://other.example.com', host: 'other.example.com' }, false],
    [{ origin: 'http://keys.example.com' }, true],
    [{ origin: 'https://keys.example.com:8443' }, true],
    [{ origin: 'http://portal.example' }, true],
    [{ origin: 'http://other.example.com', host: 'other.example.com' }, true],
    [{ origin: 'https://evil.example' }, true],
    [{ origin: 'https://keys.example.com.evil.example' }, true],
    [{ origin: 'null' }, true],
    [{ origin: 'nonsense' }, true],
  ])('with %j: %j', (headers, expected) => {
    expect(isFromAnotherSite(request(headers), own)).toBe(expected);
  });

  it('may hide its origin only where that is said', () => {
    const opaque = { mayBeOpaque: true };
    expect(isFromAnotherSite(request({ origin: 'null' }), own, opaque)).toBe(false);
    expect(isFromAnotherSite(request({ origin: 'null', 'sec-fetch-site': 'cross-site' }), own, opaque)).toBe(true);
  });

  it('is told by scheme, host and port where the gateway is reached without https', () => {
    const local = { publicUrl: 'http://localhost:8000', allowedOrigins: [] };
    const from = (origin: string, host = 'localhost:8000', protocol = 'http') =>
      isFromAnotherSite(request({ origin, host }, protocol), local);
    expect(from('http://localhost:8000')).toBe(false);
    expect(from('http://127.0.0.1:8000', '127.0.0.1:8000')).toBe(false);
    expect(from('https://127.0.0.1:8000', '127.0.0.1:8000', 'https')).toBe(false);
    expect(from('https://127.0.0.1:8000', '127.0.0.1:8000')).toBe(true);
    expect(from('http://localhost:8000', '[::1]:8000')).toBe(false);
    expect(from('http://localhost:8001')).toBe(true);
    expect(from('http://127.0.0.1:8000')).toBe(true);
    expect(from('http://localhost')).toBe(true);
  });
});
