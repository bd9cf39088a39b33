import { describe, expect, it } from '@jest/globals';
import { readBoundedJson } from './bounded-json.ts';

describe('the body of an answer', () => {
  it('is read as JSON up to its bound', async () => {
    expect(await readBoundedJson(new Response('{"a":1}'), 7)).toEqual({ a: 1 });
  });

  it('is nothing when it is something else, or empty', async () => {
    expect(await readBoundedJson(new Response('<html>'), 100)).toBeUndefined();
    expect(await readBoundedJson(new Response(null), 100)).toBeUndefined();
  });

  it('is unavailable when it is longer, and the rest is not received', async () => {
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull: (stream) => {
        sent += 1;
        stream.enqueue(new Uint8Array(1_000));
      },
    });
    await expect(readBoundedJson(new Response(endless), 10_000)).rejects.toMatchObject({ code: 'unavailable' });
    expect(sent).toBeLessThan(20);
  });
});
