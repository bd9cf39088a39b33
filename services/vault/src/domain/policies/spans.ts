const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30d` in milliseconds. */
export const toMs = (span: string): number => Number(span.slice(0, -1)) * (UNIT_MS[span.slice(-1)] ?? NaN);

/** In the largest unit that fits, never rounded up. */
export const fromMs = (ms: number): string => {
  for (const unit of ['d', 'h', 'm'] as const)
    if (ms % (UNIT_MS[unit] ?? NaN) === 0) return `${ms / (UNIT_MS[unit] ?? NaN)}${unit}`;
  return `${Math.max(1, Math.floor(ms / 1_000))}s`;
};
