import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { categoryOf, streamIdOf, streamName } from './event.ts';

describe('a stream name', () => {
  it('gives category and id back, whatever dashes the id has', () => {
    const category = fc.stringMatching(/^[a-z][a-zA-Z]{0,19}$/);
    fc.assert(
      fc.property(category, fc.oneof(fc.uuid(), fc.string()), (kind, id) => {
        const stream = streamName(kind, id);
        expect(categoryOf(stream)).toBe(kind);
        expect(streamIdOf(stream)).toBe(id);
      }),
    );
  });
});
