import { type Actor, defineEvent, eventCodec, type EventOf, type Message } from '@keyledger/event-sourcing';
import { z } from 'zod';
import { type Difference, differenceSchema } from './difference.ts';

const time = z.iso.datetime();
const subject = z.object({ issuer: z.string().min(1) });
const ofDifference = subject.extend({ differenceId: z.uuid() });

/** `repaired`: by a command. `vanished`: a later run no longer met it. `acknowledged`: somebody lets it be. */
const resolutions = ['repaired', 'vanished', 'acknowledged'] as const;

const events = {
  /** Somebody wants the issuer compared now. */
  ReconciliationRequested: defineEvent(subject.extend({ runId: z.uuid(), requestedAt: time })),
  DifferenceFound: defineEvent(subject.extend({ ...differenceSchema.shape, runId: z.uuid(), foundAt: time })),
  /** The intent, before anything is done at the issuer. */
  DifferenceRepairStarted: defineEvent(ofDifference.extend({ repairId: z.uuid(), by: z.string(), startedAt: time })),
  /** The difference is there as before. */
  DifferenceRepairFailed: defineEvent(
    ofDifference.extend({ repairId: z.uuid(), cause: z.string(), message: z.string(), failedAt: time }),
  ),
  DifferenceResolved: defineEvent(
    ofDifference.extend({
      how: z.enum(resolutions),
      by: z.string(),
      /** Of an acknowledgement. */
      reason: z.string().optional(),
      resolvedAt: time,
    }),
  ),
  /** A comparison from end to end; told when somebody asked for it, when its outcome is another one, and once a day. */
  ReconciliationCompleted: defineEvent(
    subject.extend({
      runId: z.uuid(),
      /** Keys of the issuer and of the ledger that were looked at. */
      compared: z.int().min(0),
      differences: z.int().min(0),
      completedAt: time,
    }),
  ),
};

export const reconciliationCodec = eventCodec(events);

export type ReconciliationEvent = EventOf<typeof events>;

type Command<Type extends string, Data> = Message<Type, Readonly<Data & { issuer: string; now: string }>>;

export type RequestReconciliation = Command<'RequestReconciliation', { runId: string; caller: Actor }>;

/** What a run met so far; more may follow. */
export type ReportDifferences = Command<
  'ReportDifferences',
  { runId: string; startedAt: string; differences: readonly Difference[] }
>;

/** `met`: the ids of all differences of the run. */
export type CompleteReconciliation = Command<
  'CompleteReconciliation',
  { runId: string; compared: number; met: ReadonlySet<string>; by: string }
>;

export type StartRepair = Command<'StartRepair', { differenceId: string; repairId: string; caller: Actor }>;

export type RecordRepaired = Command<'RecordRepaired', { differenceId: string; repairId: string }>;

export type RecordRepairFailed = Command<
  'RecordRepairFailed',
  { differenceId: string; repairId: string; cause: string; message: string }
>;

export type AcknowledgeDifference = Command<
  'AcknowledgeDifference',
  { differenceId: string; reason: string; caller: Actor }
>;

export type ReconciliationCommand =
  | RequestReconciliation
  | ReportDifferences
  | CompleteReconciliation
  | StartRepair
  | RecordRepaired
  | RecordRepairFailed
  | AcknowledgeDifference;

export type ReconciliationRefusal = 'not-permitted' | 'difference-not-found';
