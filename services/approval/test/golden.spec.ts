import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { EncodedEvent, EventCodec, Message } from '@keyledger/event-sourcing';
import { approvalPolicies, keyRequests, keyRequestSlots } from '../src/application/approval-streams.ts';

const directory = new URL('golden/', import.meta.url);
const codecs = [keyRequests.codec, keyRequestSlots.codec, approvalPolicies.codec];

/** Stored events as releases have written them; once there, a file is never changed. */
const files = readdirSync(directory).sort();
const read = (file: string) => JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as EncodedEvent;

const codecOf = (type: string): EventCodec<Message> => {
  const codec = codecs.find(({ types }) => types.includes(type));
  if (codec === undefined) throw new Error(`No codec for ${type}`);
  return codec as EventCodec<Message>;
};

describe('stored events', () => {
  it('have a sample of every type, and of each of its versions', () => {
    const types = codecs.flatMap((codec) => codec.types);
    expect([...new Set(files.map((file) => file.split('.')[0]))]).toEqual([...types].sort());
  });

  it.each(files)('can be read as they were written: %s', (file) => {
    const stored = read(file);
    expect(`${stored.type}.v${stored.schemaVersion}.json`).toBe(file);
    const codec = codecOf(stored.type);
    const written = codec.encode(codec.decode(stored));
    expect(written.type).toBe(stored.type);
    // The current version comes back unchanged; an earlier one as today's.
    if (written.schemaVersion === stored.schemaVersion) expect(written).toEqual(stored);
    else expect(written.schemaVersion).toBeGreaterThan(stored.schemaVersion);
  });
});
