import { describe, expect, it } from '@jest/globals';
import { freePort } from '../src/index.ts';

describe('a free port', () => {
  it('is none that the system gives to outgoing connections', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, freePort));
    expect(ports.every((port) => port >= 15_000 && port < 32_000)).toBe(true);
  });

  it('is given to one only', async () => {
    const ports = await Promise.all(Array.from({ length: 1_000 }, freePort));
    expect(new Set(ports).size).toBe(1_000);
  });
});
