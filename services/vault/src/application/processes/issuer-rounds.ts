import type { Clock } from '@keyledger/event-sourcing';
import { inRounds } from '../in-rounds.ts';
import type { Issuer, Issuers } from '../ports/issuer.port.ts';
import type { LeaseLock } from '../ports/lease-lock.port.ts';
import type { Schedule } from '../ports/schedule.port.ts';
import type { SealStatus } from './unsealing.ts';

/** After an issuer failed it is left alone for this time. */
const REST_MS = 60_000;

export interface IssuerRoundsDeps {
  readonly issuers: Issuers;
  readonly schedule: Schedule;
  readonly lock: LeaseLock;
  readonly sealStatus: () => SealStatus;
  readonly clock: Clock;
  readonly everyMs: number;
  /** Between two looks whether something is due. */
  readonly intervalMs: number;
  readonly report: (issuer: string, error: unknown) => void;
}

/** Work that is done for each issuer from time to time. */
export interface IssuerWork {
  readonly name: string;
  readonly concerns: (issuer: Issuer) => boolean;
  /** True when there is something to do before it is time. */
  readonly isWanted: (issuer: Issuer) => Promise<boolean>;
  /** Repeatable: cut off, it is done again from the beginning. */
  readonly perform: (issuer: Issuer, isDue: boolean) => Promise<void>;
}

export interface IssuerRounds {
  /** Does what is due or wanted now. */
  round(): Promise<void>;
  /** Rounds until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>;
}

/**
 * One issuer after the other, and each by one replica at a time. When it was last done stands in the database, so that it
 * is done once in a while however many replicas there are; were the lock lost, two would do the same harmless work. A
 * sealed vault writes nothing, so it does not look.
 */
export const issuerRounds = (deps: IssuerRoundsDeps, work: IssuerWork): IssuerRounds => {
  const { clock, schedule } = deps;
  const restUntil = new Map<string, number>();
  const taskOf = ({ name }: Issuer): string => `${work.name}:${name}`;

  const isDue = async (issuer: Issuer): Promise<boolean> => {
    const last = await schedule.lastDone(taskOf(issuer));
    return last === undefined || clock().getTime() - last.getTime() >= deps.everyMs;
  };

  const perform = async (issuer: Issuer): Promise<void> => {
    const startedAt = clock();
    const isTime = await isDue(issuer);
    if (!isTime && !(await work.isWanted(issuer))) return;
    await work.perform(issuer, isTime);
    if (isTime) await schedule.done(taskOf(issuer), startedAt);
  };

  const visit = async (name: string): Promise<void> => {
    const issuer = deps.issuers.find(name);
    if (issuer === undefined || !work.concerns(issuer)) return;
    if ((await isDue(issuer)) || (await work.isWanted(issuer)))
      await deps.lock.tryHold(taskOf(issuer), () => perform(issuer));
  };

  const round = async (): Promise<void> => {
    if (deps.sealStatus().isSealed) return;
    for (const name of deps.issuers.names) {
      if ((restUntil.get(name) ?? 0) > clock().getTime()) continue;
      try {
        await visit(name);
      } catch (error) {
        restUntil.set(name, clock().getTime() + REST_MS);
        deps.report(name, error);
      }
    }
  };

  return {
    round,
    run: (signal) => inRounds(round, deps.intervalMs, signal),
  };
};
