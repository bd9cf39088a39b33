import { type Kill, type StepName, steps } from '@keyledger/e2e';

/** Everything that can be killed; each service in one of its replicas. */
export const everything: readonly string[] = [
  'gateway',
  'registry',
  'approval',
  'vault',
  'delivery',
  'audit',
  'nats',
  'postgres',
];

const stepNames = Object.keys(steps) as StepName[];

/** After so many rounds everything was killed once at every step. */
export const ROUNDS_FOR_ALL = stepNames.length;

/** Numbers from 0 to below 1, always the same ones for a seed (mulberry32). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const MOST_AFTER_MS = 40;
const SHARE_OF_HASTY = 0.25;

export interface Plan {
  readonly seed: number;
  /** Killed once in each round, or as often as they are named. */
  readonly victims: readonly string[];
  /** In a round. */
  readonly requests: number;
  /** Of every service. */
  readonly replicas: number;
}

/**
 * The kills of one round: every victim once, in random order, each at another step than in the rounds before. The seed and
 * the number of the round decide everything but the moment at which requests come to a step.
 */
export const killsOf = ({ seed, victims, requests, replicas }: Plan, round: number): readonly Kill[] => {
  const random = randomFrom(seed * 1_000 + round);
  const upTo = (most: number): number => Math.floor(random() * most);
  const perKill = requests / (victims.length + 1);
  const first = Math.floor(randomFrom(seed)() * stepNames.length);
  const kills = victims.map((name, index): Kill & { order: number } => {
    const isService = name !== 'nats' && name !== 'postgres';
    const replica = isService ? 1 + upTo(replicas) : 1;
    return {
      victim: replica === 1 ? name : `${name}/${replica}`,
      step: stepNames[(first + index + round) % stepNames.length] ?? 'request',
      nth: 1 + upTo(perKill / 2),
      afterMs: upTo(MOST_AFTER_MS + 1),
      isHasty: random() < SHARE_OF_HASTY,
      order: random(),
    };
  });
  return kills.sort((left, right) => left.order - right.order).map(({ order: _, ...kill }) => kill);
};
