import { describe, expect, it } from '@jest/globals';
import { wrappedKey } from '../ports/testing/key-ring.contract.ts';
import type { WrappedKey } from '../ports/key-ring.port.ts';
import { readBackup, writeBackup } from './key-ring-backup.ts';

const written = async (...keys: readonly WrappedKey[]): Promise<string> => {
  const source = async function* () {
    yield* keys;
  };
  let text = '';
  for await (const line of writeBackup(source(), new Date('2026-11-21T08:00:00.000Z'))) text += line;
  return text;
};

describe('a backup of the key ring', () => {
  it('gives back every key, byte by byte', async () => {
    const keys = [wrappedKey(), wrappedKey({ purpose: 'fingerprint' })];
    expect(readBackup(await written(...keys))).toEqual(keys);
    expect(readBackup(await written())).toEqual([]);
  });

  it('is refused with any bit changed', async () => {
    const text = await written(wrappedKey());
    for (let index = 0; index < text.length; index += 1) {
      const altered = Buffer.from(text);
      altered[index]! ^= 1;
      expect(() => readBackup(altered.toString('latin1'))).toThrow(expect.objectContaining({ code: 'malformed' }));
    }
  });

  it('is refused when it was cut off', async () => {
    const text = await written(wrappedKey(), wrappedKey());
    for (let length = 0; length < text.length; length += 1)
      expect(() => readBackup(text.slice(0, length))).toThrow(expect.objectContaining({ code: 'malformed' }));
  });

  it('is refused when it is something else', () => {
    expect(() => readBackup('')).toThrow('The backup of the key ring');
    expect(() => readBackup('{"format":"other"}\n')).toThrow('The backup of the key ring');
  });
});
