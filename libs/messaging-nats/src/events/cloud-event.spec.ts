import { newId } from '@keyledger/event-sourcing';
import type { IntegrationEvent } from '@keyledger/messaging';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCloudEvent, encodeCloudEvent } from './cloud-event.ts';
import { percentDecode, percentEncode } from './percent-encoding.ts';

const event: IntegrationEvent = {
  id: newId(),
  service: 'vault',
  category: 'lease',
  streamId: newId(),
  type: 'LeaseIssued',
  version: 1,
  occurredAt: '2026-03-01T10:00:00.000Z',
  correlationId: newId(),
  causationId: newId(),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  actor: { kind: 'anonymous', id: 'Zoë "Z" <zoe@example.org>', proof: 'address', roles: ['member'] },
  position: '00000000000000000042',
  data: { note: 'ü 😀', modelIds: ['openai/gpt-4o'] },
};

const subject = 'keyledger.vault.event.lease.LeaseIssued';

describe('an event as CloudEvent in binary mode', () => {
  it('has the attributes as headers and the data as payload', () => {
    const { headers, payload } = encodeCloudEvent(subject, event);
    const found = Object.fromEntries(headers.keys().map((key) => [key, headers.get(key)]));
    expect(found).toEqual({
      'ce-specversion': '1.0',
      'ce-id': event.id,
      'ce-source': '/keyledger/vault',
      'ce-type': 'keyledger.vault.lease.LeaseIssued.v1',
      'ce-subject': event.streamId,
      'ce-time': event.occurredAt,
      'ce-datacontenttype': 'application/json',
      'ce-correlationid': event.correlationId,
      'ce-causationid': event.causationId,
      'ce-traceparent': event.traceparent,
      'ce-sequence': event.position,
      'ce-authtype': 'unauthenticated',
      'ce-authid': 'Zo%C3%AB%20%22Z%22%20<zoe@example.org>',
      'ce-authclaims': '{%22proof%22:%22address%22,%22roles%22:[%22member%22]}',
    });
    expect(payload).toBe('{"note":"ü 😀","modelIds":["openai/gpt-4o"]}');
  });

  it('is read as it was written', () => {
    const { headers, payload } = encodeCloudEvent(subject, event);
    expect(decodeCloudEvent(headers, payload)).toEqual(event);
    const { traceparent: _, ...untraced } = event;
    const again = encodeCloudEvent(subject, untraced);
    expect(decodeCloudEvent(again.headers, again.payload)).toEqual(untraced);
  });

  it.each(['ce-id', 'ce-type', 'ce-subject', 'ce-time', 'ce-sequence', 'ce-authid', 'ce-specversion'])(
    'is refused without %s',
    (name) => {
      const { headers, payload } = encodeCloudEvent(subject, event);
      headers.delete(name);
      expect(() => decodeCloudEvent(headers, payload)).toThrow(name.slice(3));
    },
  );

  it.each([
    ['ce-type', 'com.example.other'],
    ['ce-type', 'keyledger.nobody.lease.LeaseIssued.v1'],
    ['ce-authtype', 'robot'],
    ['ce-authclaims', '{}'],
    ['ce-specversion', '0.3'],
    ['ce-authid', '%ff'],
  ])('is refused with %s %s', (name, value) => {
    const { headers, payload } = encodeCloudEvent(subject, event);
    headers.set(name, value);
    expect(() => decodeCloudEvent(headers, payload)).toThrow();
  });

  it('is read whatever the case of the header names', () => {
    const { headers, payload } = encodeCloudEvent(subject, event);
    const id = headers.get('ce-id');
    headers.delete('ce-id');
    headers.set('CE-Id', id);
    expect(decodeCloudEvent(headers, payload).id).toBe(event.id);
  });
});

describe('percent-encoding of header values', () => {
  it('gives printable ASCII and is undone by decoding, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const encoded = percentEncode(text);
        expect(encoded).toMatch(/^[!#-~]*$/);
        expect(percentDecode(encoded)).toBe(text.toWellFormed());
      }),
    );
  });

  it.each([
    ['plain', 'plain'],
    ['%c3%bc', 'ü'],
    ['%41%42', 'AB'],
    ['%2541', '%41'],
    ['"quoted \\"text\\""', 'quoted "text"'],
    ['100%', '100%'],
  ])('accepts %s', (encoded, text) => {
    expect(percentDecode(encoded)).toBe(text);
  });

  it.each(['%ff', '%c3', '%ed%a0%80'])('refuses invalid UTF-8: %s', (encoded) => {
    expect(() => percentDecode(encoded)).toThrow();
  });
});
