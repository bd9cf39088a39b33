import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, version } from 'uuid';
import { deriveId, deriveSequentialId, isId, newId } from './ids.ts';

const timeOf = (id: string): number => Buffer.from(parse(id)).readUIntBE(0, 6);

const parts = fc.array(fc.oneof(fc.string(), fc.integer()), { maxLength: 3 });
const base = fc.uuid({ version: [4, 7] });

describe('newId', () => {
  it('makes ids that sort in the order in which they were made', () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every((id) => isId(id) && version(id) === 7)).toBe(true);
  });
});

describe('isId', () => {
  it.each(['', 'x', '0199', '0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeee', '{0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee}'])(
    'is false for %j',
    (text) => {
      expect(isId(text)).toBe(false);
    },
  );
});

describe('deriveId', () => {
  it('is the same in every process and release', () => {
    expect(deriveId('lease', 'ada@example.org', 7)).toBe('5b55f4df-06c1-576e-a86d-b1e08d1ab194');
  });

  it('tells parts apart that look alike when joined', () => {
    expect(deriveId('k', 'a', 'bc')).not.toBe(deriveId('k', 'ab', 'c'));
    expect(deriveId('k', 1)).not.toBe(deriveId('k', '1'));
    expect(deriveId('k')).not.toBe(deriveId('k', ''));
  });

  it('gives equal ids for equal parts only', () => {
    fc.assert(
      fc.property(fc.string(), parts, fc.string(), parts, (kindA, partsA, kindB, partsB) => {
        const isSame = JSON.stringify([kindA, ...partsA]) === JSON.stringify([kindB, ...partsB]);
        expect(deriveId(kindA, ...partsA) === deriveId(kindB, ...partsB)).toBe(isSame);
      }),
    );
  });
});

describe('deriveSequentialId', () => {
  it('is the same in every process and release', () => {
    expect(deriveSequentialId('01930000-0000-7000-8000-000000000000', 'lease-1', 0)).toBe(
      '01930000-0000-7caa-b8c3-7d322521697c',
    );
  });

  it('is determined by base and parts, carries the time of the base, and is a UUIDv7', () => {
    fc.assert(
      fc.property(base, parts, (from, rest) => {
        const id = deriveSequentialId(from, ...rest);
        expect(id).toBe(deriveSequentialId(from, ...rest));
        expect(version(id)).toBe(7);
        expect(timeOf(id)).toBe(version(from) === 7 ? timeOf(from) : 0);
      }),
    );
  });

  it('differs for each index, stream and command', () => {
    const ids = [newId(), newId()].flatMap((command) =>
      ['lease-1', 'lease-2'].flatMap((stream) =>
        Array.from({ length: 500 }, (_, index) => deriveSequentialId(command, stream, index)),
      ),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
