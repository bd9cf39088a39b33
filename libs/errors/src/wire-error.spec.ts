import { describe, expect, it } from '@jest/globals';
import { AppError, isTransient } from './app-error.ts';
import { fromWireError, toWireError } from './wire-error.ts';

describe('a fault crossing the wire', () => {
  it('keeps code, message, safe detail and retry time', () => {
    const fault = new AppError('rate-limited', 'Too many requests; wait', { detail: { limit: 5 }, retryAfterMs: 1500 });
    const received = fromWireError(JSON.parse(JSON.stringify(toWireError(fault))));
    expect(received).toMatchObject({
      code: 'rate-limited',
      message: 'Too many requests; wait',
      detail: { limit: 5 },
      retryAfterMs: 1500,
    });
    expect(isTransient(received)).toBe(true);
  });

  it('loses text and cause of a defect', () => {
    const wire = toWireError(new Error('password is hunter2', { cause: new Error('sk-secret') }));
    expect(JSON.stringify(wire)).toBe('{"code":"internal","message":"Unexpected error","detail":{}}');
  });

  it('does not carry the cause of a typed fault', () => {
    const wire = toWireError(
      new AppError('unavailable', 'The issuer does not answer', { cause: new Error('sk-secret') }),
    );
    expect(JSON.stringify(wire)).not.toContain('sk-secret');
  });

  it.each([undefined, null, 'text', 7, {}, { code: 'no-such-code', message: 'x' }])('reads %j as internal', (value) => {
    expect(fromWireError(value)).toMatchObject({ code: 'internal', message: 'Unexpected error' });
  });

  it('drops detail values that are not plain', () => {
    expect(fromWireError({ code: 'malformed', message: 'm', detail: { a: 1, b: { c: 2 }, d: null } }).detail).toEqual({
      a: 1,
    });
  });
});
