import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { askMany, type Asked } from './load.ts';
import type { System } from './system.ts';

/** The steps of a request, each with the event after which it is under way. */
export const steps = {
  request: 'SlotTaken',
  approval: 'KeyRequestSubmitted',
  lease: 'KeyRequestApproved',
  seal: 'LeaseStarted',
  issue: 'LeaseKeySealed',
  delivery: 'DeliveryStarted',
  fulfilment: 'DeliverySucceeded',
} as const;

export type StepName = keyof typeof steps;

/** A `kill -9` in the middle of the path of somebody's request. */
export interface Kill {
  /** Name of a part of the stack. */
  readonly victim: string;
  readonly step: StepName;
  /** How many requests come to that step before it strikes. */
  readonly nth: number;
  /** How long after the event it strikes. */
  readonly afterMs: number;
  /** The next one does not wait until the victim is back. */
  readonly isHasty?: boolean;
}

export interface Struck extends Kill {
  /** Since the first request. */
  readonly atMs: number;
  /** Requests that were answered by then. */
  readonly answered: number;
  /** False when nobody came to that step in time, and it struck all the same. */
  readonly wasSeen: boolean;
  /** False when the victim was down at that moment. */
  readonly wasUp: boolean;
}

const SEEN_WITHIN_MS = 15_000;
const LOOK_MS = 2;
const NEWEST = 400;

const SEEN = `select count(*)::int as count from (
    select type, recorded_at from event_store.events order by tx desc, position desc limit ${NEWEST}
  ) newest where type = $1 and recorded_at > $2`;

/** Resolves when so many events of a type were recorded since the call, or with false when that takes too long. */
const untilRecorded = async ({ stack }: System, type: string, count: number): Promise<boolean> => {
  const since = new Date();
  const endsAt = performance.now() + SEEN_WITHIN_MS;
  while (performance.now() < endsAt) {
    const client = new pg.Client({ connectionString: stack.postgresUrl });
    client.on('error', () => undefined);
    try {
      await client.connect();
      while (performance.now() < endsAt) {
        const { rows } = await client.query<{ count: number }>({ name: 'seen', text: SEEN, values: [type, since] });
        if ((rows[0]?.count ?? 0) >= count) return true;
        await delay(LOOK_MS);
      }
    } catch {
      await delay(LOOK_MS); // it is one of the victims
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
};

/** Lets a number of people pass, then holds the others back until more may. */
class Turnstile {
  #free = 0;
  readonly #waiting: (() => void)[] = [];

  letIn(count: number): void {
    this.#free += count;
    while (this.#free > 0 && this.#waiting.length > 0) {
      this.#free -= 1;
      this.#waiting.shift()?.();
    }
  }

  pass(): Promise<void> {
    if (this.#free === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    return Promise.resolve();
  }
}

/**
 * Many people ask while one part after the other is killed, each with an equal share of the requests around it. Resolves
 * when all are answered and everything runs again.
 */
export const askUnderKills = async (
  system: System,
  count: number,
  name: string,
  kills: readonly Kill[],
  tell: (struck: Struck) => void = () => undefined,
): Promise<readonly Asked[]> => {
  const { stack } = system;
  const turnstile = new Turnstile();
  const share = Math.floor(count / (kills.length + 1));
  const startedAt = performance.now();
  let answered = 0;

  const strike = async (kill: Kill): Promise<void> => {
    turnstile.letIn(share);
    const wasSeen = await untilRecorded(system, steps[kill.step], kill.nth);
    await delay(kill.afterMs);
    const wasUp = stack.pidOf(kill.victim) !== undefined;
    const atMs = performance.now() - startedAt;
    await stack.kill(kill.victim);
    tell({ ...kill, atMs, answered, wasSeen, wasUp });
    if (kill.isHasty !== true) await stack.whenReady([kill.victim]);
  };
  const strikeAll = async (): Promise<void> => {
    for (const kill of kills) await strike(kill);
    turnstile.letIn(count);
  };
  const around = { before: () => turnstile.pass(), after: () => void (answered += 1) };
  const [asked] = await Promise.all([askMany(system, count, name, around), strikeAll()]);
  await stack.whenReady();
  return asked;
};
