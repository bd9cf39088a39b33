import { describe, expect, it } from '@jest/globals';
import { everything, killsOf, ROUNDS_FOR_ALL } from './plan.ts';

const rounds = (seed: number, replicas = 1) =>
  Array.from({ length: ROUNDS_FOR_ALL }, (_, round) =>
    killsOf({ seed, victims: everything, requests: 200, replicas }, round),
  );

describe('the plan of kills', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(rounds(7)).toEqual(rounds(7));
    expect(rounds(7)).not.toEqual(rounds(8));
  });

  it('kills everything once in a round', () => {
    for (const kills of rounds(1)) expect(kills.map(({ victim }) => victim).sort()).toEqual([...everything].sort());
  });

  it('kills everything at every step in as many rounds as there are steps', () => {
    const pairs = new Set(rounds(42).flatMap((kills) => kills.map(({ victim, step }) => `${victim} ${step}`)));
    expect(pairs.size).toBe(everything.length * ROUNDS_FOR_ALL);
  });

  it('chooses among the replicas of a service', () => {
    const killed = new Set(rounds(3, 2).flatMap((kills) => kills.map(({ victim }) => victim)));
    expect(killed).toContain('vault/2');
    expect(killed).not.toContain('vault/3');
    expect(killed).not.toContain('postgres/2');
  });
});
