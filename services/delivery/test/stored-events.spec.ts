import { readdirSync, readFileSync } from 'node:fs';
import type { EncodedEvent, EventCodec, Message } from '@keyledger/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { deliveryCodec } from '../src/domain/delivery/delivery.messages.ts';
import { notificationCodec } from '../src/domain/notification/notification.messages.ts';

const directory = new URL('./golden/', import.meta.url);

const codecs: Readonly<Record<string, EventCodec<Message>>> = {
  delivery: deliveryCodec as unknown as EventCodec<Message>,
  notification: notificationCodec as unknown as EventCodec<Message>,
};

const read = (file: string): EncodedEvent => JSON.parse(readFileSync(new URL(file, directory), 'utf8')) as EncodedEvent;

/** Each file is an event as some release stored it. A new shape adds a file; none is ever changed. */
const files = readdirSync(directory).sort();

describe('stored events', () => {
  it('have a sample of every type', () => {
    const types = Object.entries(codecs).flatMap(([category, { types: all }]) =>
      all.map((type) => `${category}.${type}`),
    );
    expect([...new Set(files.map((file) => file.replace(/\.v\d+\.json$/, '')))]).toEqual(types.sort());
  });

  it.each(files)('of %s are understood by this code', (file) => {
    const codec = codecs[file.split('.')[0]!]!;
    const stored = read(file);
    const event = codec.decode(stored);
    const { schemaVersion, data } = codec.encode(event);
    expect(data).toEqual(event.data);
    if (schemaVersion === stored.schemaVersion) expect(event.data).toEqual(stored.data);
  });
});
