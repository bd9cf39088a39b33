import { describe, expect, it } from '@jest/globals';
import { streamMemory } from './stream-memory.ts';

const seen = (length: number) => ({ state: length, expected: BigInt(length - 1) });

describe('what a process remembers of streams', () => {
  it('is the last that was kept', () => {
    const memory = streamMemory<number>(100);
    memory.keep('a', seen(1));
    memory.keep('a', seen(2));
    expect(memory.recall('a')).toEqual(seen(2));
    expect(memory.recall('b')).toBeUndefined();
  });

  it('is bounded by the events of all streams, and those go first that were kept longest ago', () => {
    const memory = streamMemory<number>(10);
    memory.keep('a', seen(4));
    memory.keep('b', seen(4));
    memory.keep('a', seen(5));
    memory.keep('c', seen(3));
    expect(['a', 'b', 'c'].map((id) => memory.recall(id)?.state)).toEqual([5, undefined, 3]);
  });

  it('counts a stream that does not exist as well', () => {
    const memory = streamMemory<number>(2);
    for (const id of ['a', 'b', 'c']) memory.keep(id, { state: 0, expected: 'no-stream' });
    expect(['a', 'b', 'c'].map((id) => memory.recall(id)?.state)).toEqual([undefined, 0, 0]);
  });

  it('is the very last stream at least', () => {
    const memory = streamMemory<number>(10);
    memory.keep('a', seen(4));
    memory.keep('b', seen(40));
    expect([memory.recall('a'), memory.recall('b')]).toEqual([undefined, seen(40)]);
  });
});
