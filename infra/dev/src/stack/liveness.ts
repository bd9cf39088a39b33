import { setTimeout as delay } from 'node:timers/promises';

/** Asks a part for something that only a working one can answer. Rejects when there is no answer within the time. */
export type Probe = (deadlineMs: number) => Promise<void>;

export interface Pace {
  /** From one question to the next; also how long an answer may take. */
  readonly everyMs: number;
  /** So many questions without an answer, one after the other, are too many. */
  readonly misses: number;
}

/** Generous: a machine that is busy answers late, and a restart would only add to its work. */
export const usualPace: Pace = { everyMs: 5_000, misses: 3 };

/** Resolves with the reason when the part has hung, and with nothing once the signal is given. */
export const untilHung = async (
  probe: Probe,
  { everyMs, misses }: Pace,
  signal: AbortSignal,
): Promise<string | undefined> => {
  const unanswered: string[] = [];
  while (unanswered.length < misses) {
    const [answer] = await Promise.all([ask(probe, everyMs, signal), pause(everyMs, signal)]);
    if (signal.aborted) return undefined;
    if (answer === 'answered') unanswered.length = 0;
    else unanswered.push(answer.message);
  }
  return `no answer to ${misses} questions in a row: ${unanswered.at(-1)}`;
};

const ask = async (probe: Probe, deadlineMs: number, signal: AbortSignal): Promise<'answered' | Error> => {
  const tooLate = pause(deadlineMs, signal).then(() => {
    throw new Error(`nothing came within ${deadlineMs / 1_000} s`);
  });
  try {
    await Promise.race([probe(deadlineMs), tooLate]);
    return 'answered';
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** Ends early with the signal, and keeps no program from ending. */
const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
