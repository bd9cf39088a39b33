import { DEAD_LETTERS_STREAM, deadLetterSubject, type IntegrationEvent } from '@keyledger/messaging';
import { decodeCloudEvent } from './cloud-event.ts';
import { type DeadLetterCause, readDeadLetterHeaders } from './dead-letter.ts';
import { type DeadLettersOptions, replayLetters, type ReplayReport } from './dead-letter-replay.ts';
import { ensureStreams, managerOf } from './streams.ts';

export interface DeadLetter {
  readonly reactor: string;
  /** Names the letter among those of its reactor: the id of the event, where that could be read. */
  readonly id: string;
  /** Absent when not even the envelope could be read. */
  readonly event: IntegrationEvent | undefined;
  readonly cause: DeadLetterCause;
  /** Deliveries before the event was given up. */
  readonly attempts: number;
  /** When it was given up, ISO 8601. */
  readonly at: string;
}

export interface DeadLetters {
  /**
   * What waits for somebody to look at it: how many, and those with the oldest events, at most `limit`. Changes nothing.
   */
  list(limit: number): Promise<{ readonly total: number; readonly letters: readonly DeadLetter[] }>;
  /** How many letters each reactor has; those without any are left out. */
  count(): Promise<ReadonlyMap<string, number>>;
  /**
   * Lets the reactors handle their dead letters once more: all, those of one reactor, or one of those. What succeeds is
   * removed, what fails stays. May run twice, and in two replicas at once: each letter is with one of them at a time, so
   * that the other does not find it. Who asked for it stands in the log.
   */
  replay(which: WhichLetters, askedBy: string): Promise<ReplayReport>;
}

export type WhichLetters =
  { readonly reactor?: string | undefined } | { readonly reactor: string; readonly id: string };

/** The dead letters of one service, in JetStream. */
export const deadLetters = (options: DeadLettersOptions): DeadLetters => {
  const { connection, service, reactors, logger } = options;

  /** Subjects of the letters of one reactor; the last token is the id. */
  const subjectsOf = async (reactor: string): Promise<readonly string[]> => {
    const filter = `${deadLetterSubject(service, reactor)}.>`;
    const manager = await managerOf(connection);
    const { state } = await manager.streams.info(DEAD_LETTERS_STREAM, { subjects_filter: filter });
    return Object.keys(state.subjects ?? {});
  };

  const read = async (reactor: string, subject: string): Promise<readonly DeadLetter[]> => {
    const manager = await managerOf(connection);
    const stored = await manager.direct.getMessage(DEAD_LETTERS_STREAM, { last_by_subj: subject });
    if (stored === null) return [];
    const { cause, attempts } = readDeadLetterHeaders(stored.header);
    const event = decoded(() => decodeCloudEvent(stored.header, stored.string()));
    return [{ reactor, id: idIn(subject), event, cause, attempts, at: stored.time.toISOString() }];
  };

  const everySubject = async (): Promise<readonly { reactor: string; subject: string }[]> => {
    await ensureStreams(connection);
    const found = reactors.map(async ({ name: reactor }) =>
      (await subjectsOf(reactor)).map((subject) => ({ reactor, subject })),
    );
    return (await Promise.all(found)).flat();
  };

  return {
    list: async (limit) => {
      const all = await everySubject();
      // Ids of events begin with their time.
      const oldest = all.toSorted((a, b) => (idIn(a.subject) < idIn(b.subject) ? -1 : 1)).slice(0, limit);
      const letters = await Promise.all(oldest.map(({ reactor, subject }) => read(reactor, subject)));
      return { total: all.length, letters: letters.flat() };
    },
    count: async () => {
      const counts = new Map<string, number>();
      for (const { reactor } of await everySubject()) counts.set(reactor, (counts.get(reactor) ?? 0) + 1);
      return counts;
    },
    replay: async (which, askedBy) => {
      await ensureStreams(connection);
      const reports: ReplayReport[] = [];
      for (const reactor of reactors) {
        if (which.reactor !== undefined && which.reactor !== reactor.name) continue;
        reports.push(await replayLetters(options, reactor, 'id' in which ? which.id : undefined));
      }
      const report = {
        succeeded: reports.reduce((sum, { succeeded }) => sum + succeeded, 0),
        failed: reports.flatMap(({ failed }) => failed),
      };
      logger.info({ askedBy, ...which, succeeded: report.succeeded, failed: report.failed.length }, REPLAYED);
      return report;
    },
  };
};

const REPLAYED = 'Dead letters were replayed';

const idIn = (subject: string): string => subject.slice(subject.lastIndexOf('.') + 1);

const decoded = <T>(decode: () => T): T | undefined => {
  try {
    return decode();
  } catch {
    return undefined;
  }
};
