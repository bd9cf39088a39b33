const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Longest delay that a timer of the platform can hold is shorter; schedulers look at the clock instead. */
const LONGEST_MS = 3_650 * UNIT_MS.d;

/** `"30s"`, `"5m"`, `"72h"`, `"30d"` or `"250ms"` in milliseconds; `undefined` for anything else, zero included. */
export const parseDuration = (text: string): number | undefined => {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null) return undefined;
  const milliseconds = Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  return milliseconds > 0 && milliseconds <= LONGEST_MS ? milliseconds : undefined;
};
