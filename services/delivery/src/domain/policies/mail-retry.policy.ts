const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** One second after the first failure, doubling, at most ten minutes: a short outage heals at once, a long one costs little. */
const FIRST_DELAY_MS = SECOND_MS;
const LONGEST_DELAY_MS = 10 * MINUTE_MS;

export const retryDelayMs = (failedAttempts: number): number =>
  Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, failedAttempts - 1), LONGEST_DELAY_MS);

/** What is known about a mail that could not be handed over. */
export interface FailedAttempt {
  /** The server refused this mail for good; sending it again cannot help. */
  readonly isPermanent: boolean;
  /** When the mail was first due, ISO 8601. */
  readonly dueSince: string;
  readonly now: string;
  readonly retryWindowMs: number;
}

/** A mail that the server refused, or that nobody took for the whole window, is given up (RFC 5321 §4.5.4.1 asks for days). */
export const isGivenUp = ({ isPermanent, dueSince, now, retryWindowMs }: FailedAttempt): boolean =>
  isPermanent || Date.parse(now) - Date.parse(dueSince) >= retryWindowMs;
