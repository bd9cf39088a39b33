import { describe, expect, it } from '@jest/globals';
import { AppError, errorCodes } from '@keyledger/errors';
import { z } from 'zod';
import { publicFaultOf, retryAfterSeconds, UNEXPECTED } from './fault-mapping.ts';
import { InvalidInput, parseInput } from './invalid-input.ts';
import { Refusal, refusal, refusalClasses, resultOf } from './refusals.ts';

describe('faults as clients see them', () => {
  it.each(errorCodes)('are answered with an error status and a code in capitals (%s)', (code) => {
    const fault = publicFaultOf(new AppError(code, 'text'));
    expect(fault.status).toBeGreaterThanOrEqual(400);
    expect(fault.code).toMatch(/^[A-Z_]+$/);
  });

  it('show what a typed fault says', () => {
    const fault = new AppError('rate-limited', 'Wait', { detail: { limit: 3 }, retryAfterMs: 1200 });
    expect(publicFaultOf(fault)).toEqual({
      status: 429,
      code: 'RATE_LIMITED',
      message: 'Wait',
      detail: { limit: 3 },
      retryAfterMs: 1200,
    });
    expect(retryAfterSeconds(1200)).toBe('2');
    expect(retryAfterSeconds(0)).toBe('1');
  });

  it.each([
    new Error('hunter2'),
    'hunter2',
    undefined,
    new AppError('internal', 'hunter2'),
    new AppError('append-overlap', 'hunter2'),
  ])('hide everything of a defect (%#)', (error) => {
    expect(publicFaultOf(error)).toEqual({ status: 500, code: 'INTERNAL', message: UNEXPECTED, detail: {} });
  });
});

describe('refusals', () => {
  it('are one class each, with a name of its own', () => {
    const classes = Object.values(refusalClasses);
    expect(new Set(classes.map(({ name }) => name)).size).toBe(classes.length);
    const error = refusal('already-decided', 'Decided before');
    expect(error).toBeInstanceOf(refusalClasses['already-decided']);
    expect(error).not.toBeInstanceOf(refusalClasses['own-request']);
    expect(error).toMatchObject({ name: 'AlreadyDecidedError', code: 'already-decided', message: 'Decided before' });
    expect(refusal('locked', 'Wait')).toBeInstanceOf(Refusal);
  });

  it('are thrown from a reply, and an ignored command has the result of the first', () => {
    expect(() => resultOf({ outcome: 'refused', code: 'locked', message: 'Wait' })).toThrow(Refusal);
    expect(resultOf({ outcome: 'ignored', because: 'already so', result: 1 })).toMatchObject({ result: 1 });
  });
});

describe('input that is checked', () => {
  const schema = z.strictObject({ a: z.object({ b: z.string().max(3) }), n: z.number().optional() });

  it('names the places and not the values', () => {
    expect(parseInput(schema, { a: { b: 'abc' } })).toEqual({ a: { b: 'abc' } });
    try {
      parseInput(schema, { a: { b: 'hunter2' }, n: 'hunter2' });
      throw new Error('was accepted');
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      expect(error.issues.map(({ path }) => path)).toEqual(['a.b', 'n']);
      expect(JSON.stringify(error) + error.message).not.toContain('hunter2');
      expect(error.renamed({ 'a.b': 'text' }).issues[0]?.path).toBe('text');
    }
  });
});
