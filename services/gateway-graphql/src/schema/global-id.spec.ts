import { describe, expect, it } from '@jest/globals';
import { decodeGlobalId, encodeGlobalId, uuidOf } from './global-id.ts';

const uuid = '0199dddd-0000-7000-8000-000000000000';

describe('global ids', () => {
  it.each([
    ['KeyRequest', uuid],
    ['Model', 'ollama/llama3:8b'],
    ['Model', 'modèle'],
  ])('of %s %s are found again', (typename, id) => {
    expect(decodeGlobalId(encodeGlobalId(typename, id))).toEqual({ typename, id });
  });

  it('are told from nonsense', () => {
    for (const id of ['', 'x', Buffer.from(':x').toString('base64url')])
      expect(() => decodeGlobalId(id)).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('and bare UUIDs name the same thing', () => {
    expect(uuidOf(uuid, 'KeyRequest')).toBe(uuid);
    expect(uuidOf(uuid.toUpperCase(), 'KeyRequest')).toBe(uuid);
    expect(uuidOf(encodeGlobalId('KeyRequest', uuid), 'KeyRequest')).toBe(uuid);
    expect(uuidOf(encodeGlobalId('Delivery', `0199eeee-0000-7000-8000-000000000000.${uuid}`), 'Delivery')).toBe(uuid);
    for (const id of [encodeGlobalId('Lease', uuid), encodeGlobalId('KeyRequest', 'x'), 'req_1'])
      expect(() => uuidOf(id, 'KeyRequest')).toThrow(expect.objectContaining({ code: 'malformed' }));
  });
});
