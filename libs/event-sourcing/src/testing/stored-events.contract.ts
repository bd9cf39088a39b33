import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import type { Message } from '../decider.ts';
import type { EncodedEvent, EventCodec } from '../event-codec.ts';

/** A codec whatever its events are; they meet only the samples of their own category. */
interface AnyCodec {
  readonly types: readonly string[];
}

/**
 * Every event type has a sample of each version that a release stored, `<category>.<Type>.v<n>.json` in `directory`
 * (which ends with a slash). Today's code understands all of them. A new shape adds a file; none is ever changed.
 */
export const storedEventsContract = (directory: URL, codecs: Readonly<Record<string, AnyCodec>>): void => {
  const files = readdirSync(directory).sort();

  describe('stored events', () => {
    it('have a sample of every type and no other', () => {
      const types = Object.entries(codecs).flatMap(([category, codec]) =>
        codec.types.map((type) => `${category}.${type}`),
      );
      expect([...new Set(files.map((file) => file.replace(/\.v\d+\.json$/, '')))]).toEqual(types.sort());
    });

    it.each(files)('of %s are understood by this code', (file) => {
      const stored = JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as EncodedEvent;
      const category = file.slice(0, file.indexOf('.'));
      expect(file).toBe(`${category}.${stored.type}.v${stored.schemaVersion}.json`);
      const codec = codecs[category] as EventCodec<Message>;
      const written = codec.encode(codec.decode(stored));
      expect(written.type).toBe(stored.type);
      // The current version comes back unchanged, an earlier one as today's.
      if (written.schemaVersion === stored.schemaVersion) expect(written).toEqual(stored);
      else expect(written.schemaVersion).toBeGreaterThan(stored.schemaVersion);
    });
  });
};
