import { describe, expect, it } from '@jest/globals';
import { isAppError } from '@keyledger/errors';
import type { NewEvent, StreamName } from '@keyledger/event-sourcing';
import { anEvent } from '@keyledger/event-sourcing/testing';
import fc from 'fast-check';
import { storableEvents, storableJson } from './storable.ts';

const faultOf = (work: () => unknown): unknown => {
  try {
    work();
    return 'no fault';
  } catch (error) {
    return error;
  }
};

const isRefused = (work: () => unknown): boolean => isAppError(faultOf(work), 'malformed');

const NUL = '\u0000';
const [HIGH, LOW] = ['\ud83d', '\ude00'];

const isStorable = (text: string): boolean => !text.includes(NUL) && text.isWellFormed();

describe('data for the log', () => {
  it.each([[NUL], [HIGH], [LOW], [`${LOW}${HIGH}`], [`a\\${NUL}`], [`\\\\${HIGH}`], [`\\\\\\${NUL}b`]])(
    'may not hold a NUL character or half of a surrogate pair: %j',
    (text) => {
      expect(isRefused(() => storableJson(text, 'The data'))).toBe(true);
      expect(isRefused(() => storableJson({ deep: [{ [text]: 1 }] }, 'The data'))).toBe(true);
      expect(isRefused(() => storableJson([[{ value: `x${text}` }]], 'The data'))).toBe(true);
    },
  );

  it.each(['\\u0000', '\\\\u0000', '\\ud83d', `${HIGH}${LOW}`, '\\\\\\ude00', '\u0001\u001f\u007f', '\ufffd'])(
    'may hold text that only looks like it: %j',
    (text) => {
      expect(JSON.parse(storableJson({ text }, 'The data'))).toEqual({ text });
    },
  );

  it('is refused exactly when a text in it cannot be stored, and otherwise unchanged', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\\', 'u', '0', '"', NUL, HIGH, LOW, 'd83d', '0000') });
    fc.assert(
      fc.property(text, (value) => {
        if (!isStorable(value)) expect(isRefused(() => storableJson([value], 'The data'))).toBe(true);
        else expect(JSON.parse(storableJson([value], 'The data'))).toEqual([value]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([[undefined], [() => 1], [Symbol('x')]])('must be a JSON value: %p is not', (value) => {
    expect(isRefused(() => storableJson(value, 'The data'))).toBe(true);
  });

  it('does not appear in the error', () => {
    const fault = faultOf(() => storableJson({ key: `sk-secret${NUL}` }, 'The data of KeyStored'));
    expect(String(fault)).toContain('The data of KeyStored');
    expect(String(fault)).not.toContain('sk-secret');
  });
});

describe('an append for the log', () => {
  const stream: StreamName = 'lease-1';
  const refuses = (change: Partial<NewEvent>, to: string = stream): boolean =>
    isRefused(() => storableEvents(to as StreamName, [anEvent(), { ...anEvent(), ...change }]));

  it('has at least one event', () => {
    expect(isRefused(() => storableEvents(stream, []))).toBe(true);
  });

  it.each(['', 'lease', '-1', 'lease-', `lease-${NUL}`, `lease-${HIGH}`])('refuses the stream name %j', (name) => {
    expect(refuses({}, name)).toBe(true);
  });

  it('refuses ids that are no UUID and types that are no text', () => {
    expect(refuses({})).toBe(false);
    expect(refuses({ id: 'x' })).toBe(true);
    expect(refuses({ type: '' })).toBe(true);
    expect(refuses({ type: NUL })).toBe(true);
    expect(refuses({ data: undefined })).toBe(true);
    expect(refuses({ metadata: { ...anEvent().metadata, causationId: NUL } })).toBe(true);
  });
});
