import { isAppError } from '@keyledger/errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { defineEvent, eventCodec } from './event-codec.ts';

const codec = eventCodec({
  Opened: defineEvent(z.object({ by: z.string() })),
  // Version 1 had one `name`, version 2 split it, version 3 added a locale.
  Renamed: defineEvent(z.object({ given: z.string(), family: z.string(), locale: z.string() }), [
    (data) => {
      const [given = '', ...family] = (data as { name: string }).name.split(' ');
      return { given, family: family.join(' ') };
    },
    (data) => ({ ...(data as object), locale: 'en' }),
  ]),
});

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('encoding an event', () => {
  it('states the current schema version', () => {
    expect(codec.encode({ type: 'Opened', data: { by: 'ada' } }).schemaVersion).toBe(1);
    const renamed = { given: 'Ada', family: 'Lovelace', locale: 'en' };
    expect(codec.encode({ type: 'Renamed', data: renamed })).toEqual({
      type: 'Renamed',
      schemaVersion: 3,
      data: renamed,
    });
  });

  it('stores what the schema knows and nothing else', () => {
    const data = { by: 'ada', password: 'hunter2' };
    expect(codec.encode({ type: 'Opened', data }).data).toEqual({ by: 'ada' });
  });

  it('refuses another shape, naming the place and not the value', () => {
    const error = thrownBy(() => codec.encode({ type: 'Opened', data: { by: 4711 as unknown as string } }));
    expect(isAppError(error, 'internal')).toBe(true);
    expect(String(error)).toContain('by: invalid_type');
    expect(String(error)).not.toContain('4711');
  });

  it('refuses a type that is not defined', () => {
    const unknown = { type: 'Closed', data: {} } as unknown as { type: 'Opened'; data: { by: string } };
    expect(
      isAppError(
        thrownBy(() => codec.encode(unknown)),
        'internal',
      ),
    ).toBe(true);
  });
});

describe('decoding an event', () => {
  it('upcasts from each earlier version step by step', () => {
    const current = { type: 'Renamed', data: { given: 'Ada', family: 'King Lovelace', locale: 'en' } };
    const stored: [number, unknown][] = [
      [1, { name: 'Ada King Lovelace' }],
      [2, { given: 'Ada', family: 'King Lovelace' }],
      [3, { given: 'Ada', family: 'King Lovelace', locale: 'en' }],
    ];
    for (const [schemaVersion, data] of stored) {
      expect(codec.decode({ type: 'Renamed', schemaVersion, data })).toEqual(current);
    }
  });

  it('refuses a version newer than this code', () => {
    const error = thrownBy(() => codec.decode({ type: 'Opened', schemaVersion: 2, data: {} }));
    expect(isAppError(error, 'internal')).toBe(true);
    expect(String(error)).toContain('schema version 2');
  });

  it.each(['Closed', 'toString', '__proto__', 'constructor'])('refuses the unknown type %s', (type) => {
    expect(
      isAppError(
        thrownBy(() => codec.decode({ type, schemaVersion: 1, data: {} })),
        'internal',
      ),
    ).toBe(true);
  });

  it('gives back what was encoded', () => {
    const names = fc.record({ given: fc.string(), family: fc.string(), locale: fc.string() });
    fc.assert(
      fc.property(names, (data) => {
        const event = { type: 'Renamed' as const, data };
        expect(codec.decode(JSON.parse(JSON.stringify(codec.encode(event))))).toEqual(event);
      }),
    );
  });
});

it('lists the types that it knows', () => {
  expect(codec.types).toEqual(['Opened', 'Renamed']);
});
