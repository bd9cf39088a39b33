import { describe, expect, it } from '@jest/globals';
import { randomOctets } from './random-pool.ts';

describe('pooled randomness', () => {
  it('gives as many bytes as were asked for, more than the pool holds too', () => {
    for (const length of [0, 1, 12, 32, 4_096, 4_097, 10_000]) expect(randomOctets(length)).toHaveLength(length);
  });

  it('never gives the same bytes twice, over many fillings of the pool', () => {
    const seen = new Set(Array.from({ length: 5_000 }, () => randomOctets(12).toString('hex')));
    expect(seen.size).toBe(5_000);
  });

  it('gives memory of its own, which later calls leave alone', () => {
    const first = randomOctets(32);
    const copy = Buffer.from(first);
    for (let index = 0; index < 1_000; index += 1) randomOctets(32).fill(0);
    expect(first.equals(copy)).toBe(true);
    expect(first.buffer.byteLength === 4_096 && first.byteOffset === 0).toBe(false);
  });
});
