import { median } from './report.ts';

/** Measures once and returns a speed. */
export type Contestant = () => Promise<number>;

export interface Results<Name extends string> {
  /** The median of all rounds. */
  of(name: Name): number;
  /** The median of the ratios within each round: what slows the machine down for a while slows both. */
  ratio(name: Name, baseline: Name): number;
}

/**
 * Lets the contestants take turns, in the opposite order every other round, because the machine is not ours alone. One
 * round before the first is thrown away.
 */
export const takeTurns = async <Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  rounds: number,
): Promise<Results<Name>> => {
  const names = Object.keys(contestants) as Name[];
  const measured = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : [...names].reverse()) {
      const speed = await contestants[name]();
      if (round > 0) measured.get(name)?.push(speed);
    }
  }
  const speeds = (name: Name): number[] => measured.get(name) ?? [];
  return {
    of: (name) => median(speeds(name)),
    ratio: (name, baseline) => median(speeds(name).map((speed, round) => speed / (speeds(baseline)[round] ?? NaN))),
  };
};

/** Lets `writers` repeat `write` side by side for some time and returns how many were done per second. */
export const ratePerSecond = async (writers: number, forMs: number, write: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  let done = 0;
  const writer = async (): Promise<void> => {
    while (performance.now() - startedAt < forMs) {
      await write();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return (done * 1000) / (performance.now() - startedAt);
};
