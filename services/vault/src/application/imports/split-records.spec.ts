import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitRecords } from './split-records.ts';

async function* inPieces(text: string, length: number): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += length) yield text.slice(start, start + length);
}

const split = async (text: string, length = 7): Promise<readonly (string | undefined)[]> => {
  const records = [];
  for await (const record of splitRecords(inPieces(text, length))) {
    records.push(record.text?.trim());
    expect(record.position).toBe(records.length);
  }
  return records;
};

const LONG = 'x'.repeat((1 << 20) + 1);

describe('a file with one record on each line', () => {
  it.each([
    ['with line ends of either kind', '{"a":1}\n{"b":2}\r\n{"c":3}\n', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['without a line end at its end', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
    ['with empty lines', '\n\n{"a":1}\n\n  \n{"b":2}\n\n', ['{"a":1}', '{"b":2}']],
    ['with a byte order mark', '\uFEFF{"a":1}', ['{"a":1}']],
    ['with a broken line', '{"a":1}\n{"b":\n{"c":3}', ['{"a":1}', '{"b":', '{"c":3}']],
    ['with nothing', '', []],
    ['with white space alone', ' \n \n', []],
  ])('%s', async (_name, text, records) => {
    expect(await split(text)).toEqual(records);
  });

  it('goes on after a line that is too long', async () => {
    expect(await split(`{"a":1}\n${LONG}\n{"b":2}`, 1 << 16)).toEqual(['{"a":1}', undefined, '{"b":2}']);
  });
});

describe('a file with an array', () => {
  it.each([
    ['of nothing', '[]', []],
    ['of one', ' [ {"a":1} ] ', ['{"a":1}']],
    ['of several', '[{"a":1},\n {"b":2},{"c":3}]\n', ['{"a":1}', '{"b":2}', '{"c":3}']],
    ['of nested ones', '[{"a":[1,{"b":[]}]},[2,3],4]', ['{"a":[1,{"b":[]}]}', '[2,3]', '4']],
    ['with brackets in strings', '[{"a":"]}\\",["},{"b":"\\\\"}]', ['{"a":"]}\\",["}', '{"b":"\\\\"}']],
    ['with a broken element', '[{"a":1},{"b":oops},{"c":3}]', ['{"a":1}', '{"b":oops}', '{"c":3}']],
    ['with a comma at the end', '[{"a":1},]', ['{"a":1}']],
    ['that ends within an element', '[{"a":1},{"b":2', ['{"a":1}', undefined]],
    ['that ends between elements', '[{"a":1},', ['{"a":1}', undefined]],
    ['with something behind it', '[{"a":1}] {"b":2}', ['{"a":1}', '{"b":2}']],
  ])('%s', async (_name, text, records) => {
    expect(await split(text)).toEqual(records);
  });

  it('goes on after an element that is too long', async () => {
    expect(await split(`[{"a":1},"${LONG}",{"b":2}]`, 1 << 16)).toEqual(['{"a":1}', undefined, '{"b":2}']);
  });
});

const values = fc.array(fc.jsonValue().filter((value) => value !== null));

describe('any records', () => {
  it('are the same from an array and from lines, in pieces of any length', () =>
    fc.assert(
      fc.asyncProperty(
        values,
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(0, 2),
        async (records, length, indent) => {
          const parsed = (texts: readonly (string | undefined)[]) =>
            texts.map((text) => JSON.parse(text ?? '') as unknown);
          const expected = records.map((record) => JSON.parse(JSON.stringify(record)) as unknown);
          expect(parsed(await split(JSON.stringify(records, undefined, indent), length))).toEqual(expected);
          // A first line that is an array itself would make the whole file one.
          const lines = ['{}', ...records.map((record) => JSON.stringify(record))].join('\n');
          expect(parsed(await split(lines, length)).slice(1)).toEqual(expected);
        },
      ),
    ));
});
