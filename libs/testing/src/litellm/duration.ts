import { ProxyError } from './proxy-error.ts';

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
const UNITS = { s: SECOND, m: 60 * SECOND, h: 3_600 * SECOND, d: DAY, w: 7 * DAY } as const;
type Unit = keyof typeof UNITS | 'mo';

/** Anchored at the start only, as the original: "30days" is 30 days. */
const parse = (text: string): { count: number; unit: Unit } => {
  const match = /^(\d+)(mo|[smhdw])/.exec(text);
  if (!match) {
    throw new ProxyError(500, 'internal_server_error', `Internal Server Error, Unsupported duration unit: ${text}`);
  }
  return { count: Number(match[1]), unit: match[2] as Unit };
};

const afterMonths = (from: Date, months: number): Date =>
  new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1));

export const expiryAfter = (duration: string, now: Date): Date => {
  const { count, unit } = parse(duration);
  if (unit !== 'mo') return new Date(now.getTime() + count * UNITS[unit]);
  const moved = new Date(now);
  moved.setUTCMonth(moved.getUTCMonth() + count);
  return moved;
};

/** Budgets do not run for a duration: they end at the next midnight, Monday or first of a month. */
export const budgetResetAt = (duration: string, now: Date): Date => {
  const { count, unit } = parse(duration);
  const midnight = Math.floor(now.getTime() / DAY) * DAY;
  if (unit === 'mo' || (unit === 'd' && count === 30)) return afterMonths(now, 1);
  if (unit === 'w' || (unit === 'd' && count === 7)) {
    const daysToMonday = (8 - new Date(midnight).getUTCDay()) % 7 || 7;
    return new Date(midnight + daysToMonday * DAY);
  }
  if (unit === 'd') return new Date(midnight + count * DAY);
  const step = count * UNITS[unit];
  return new Date(midnight + (Math.floor((now.getTime() - midnight) / step) + 1) * step);
};
