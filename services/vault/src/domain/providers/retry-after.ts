/** Whatever a provider asks for: after a day it is asked again. */
const LONGEST_WAIT_S = 24 * 60 * 60;

/** For waits of the log too, which has longer ones from before there was a bound. */
export const boundedWait = (seconds: number): number => Math.min(LONGEST_WAIT_S, Math.max(0, Math.ceil(seconds)));

/** What a `Retry-After` asks for, in whole seconds: a number, or a date (RFC 9110 §10.2.3). At most a day. */
export const readRetryAfter = (value: string, now: Date): number | undefined => {
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : (Date.parse(value) - now.getTime()) / 1000;
  return Number.isNaN(seconds) ? undefined : boundedWait(seconds);
};
