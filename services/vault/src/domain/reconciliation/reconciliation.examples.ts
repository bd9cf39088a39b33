import { administrator } from '../secret/secret.examples.ts';
import { type Difference, differenceIdOf } from './difference.ts';
import type { ReconciliationCommand, ReconciliationEvent } from './reconciliation.messages.ts';

type EventOfType<Type extends ReconciliationEvent['type']> = Extract<ReconciliationEvent, { type: Type }>;
type CommandOfType<Type extends ReconciliationCommand['type']> = Extract<ReconciliationCommand, { type: Type }>;

export const issuer = 'litellm';
export const runId = '01930f5e-a000-7c4e-9d5a-2f8f4f0f6d11';
export const secondRunId = '01930f5e-a001-7c4e-9d5a-2f8f4f0f6d11';
export const repairId = '01930f5e-a100-7c4e-9d5a-2f8f4f0f6d11';

const unknownKey: Difference = {
  differenceId: differenceIdOf(issuer, 'unknown-key', 'key-of-nobody'),
  kind: 'unknown-key',
  issuerKeyId: 'key-of-nobody',
  alias: 'by-hand',
};

export const limitsChanged: Difference = {
  differenceId: differenceIdOf(issuer, 'limits-changed', 'key-of-ada'),
  kind: 'limits-changed',
  issuerKeyId: 'key-of-ada',
  alias: '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11-g1',
  leaseId: '2f1d9f0e-6f0a-5f0b-9d9e-0a4b8f5d7c11',
  generation: 1,
  expected: { budget: { maxUsd: 25, period: '30d' } },
  found: { budget: { maxUsd: 2500, period: '30d' } },
};

export const startedAt = '2026-11-21T08:00:00.000Z';
const foundAt = '2026-11-21T08:00:01.000Z';
const repairedAt = '2026-11-21T09:00:00.000Z';
const { differenceId } = unknownKey;

export const reconciliationRequested: EventOfType<'ReconciliationRequested'> = {
  type: 'ReconciliationRequested',
  data: { issuer, runId, requestedAt: startedAt },
};

export const unknownKeyFound: EventOfType<'DifferenceFound'> = {
  type: 'DifferenceFound',
  data: { issuer, ...unknownKey, runId, foundAt },
};

export const limitsChangedFound: EventOfType<'DifferenceFound'> = {
  type: 'DifferenceFound',
  data: { issuer, ...limitsChanged, runId, foundAt },
};

export const repairStarted: EventOfType<'DifferenceRepairStarted'> = {
  type: 'DifferenceRepairStarted',
  data: { issuer, differenceId, repairId, by: administrator.id, startedAt: repairedAt },
};

export const repairFailed: EventOfType<'DifferenceRepairFailed'> = {
  type: 'DifferenceRepairFailed',
  data: {
    issuer,
    differenceId,
    repairId,
    cause: 'credential-refused',
    message: 'The issuer does not accept the vault',
    failedAt: repairedAt,
  },
};

export const repaired: EventOfType<'DifferenceResolved'> = {
  type: 'DifferenceResolved',
  data: { issuer, differenceId, how: 'repaired', by: administrator.id, resolvedAt: repairedAt },
};

export const acknowledged: EventOfType<'DifferenceResolved'> = {
  type: 'DifferenceResolved',
  data: {
    issuer,
    differenceId,
    how: 'acknowledged',
    by: administrator.id,
    reason: 'Made by hand for the demonstration',
    resolvedAt: repairedAt,
  },
};

export const vanished: EventOfType<'DifferenceResolved'> = {
  type: 'DifferenceResolved',
  data: { issuer, differenceId, how: 'vanished', by: 'service:vault', resolvedAt: repairedAt },
};

export const completed: EventOfType<'ReconciliationCompleted'> = {
  type: 'ReconciliationCompleted',
  data: { issuer, runId, compared: 12, differences: 1, completedAt: foundAt },
};

export const reconciliationEvents: readonly ReconciliationEvent[] = [
  reconciliationRequested,
  unknownKeyFound,
  limitsChangedFound,
  repairStarted,
  repairFailed,
  repaired,
  acknowledged,
  vanished,
  completed,
];

export const requestReconciliation: CommandOfType<'RequestReconciliation'> = {
  type: 'RequestReconciliation',
  data: { issuer, runId, caller: administrator, now: startedAt },
};

export const reportDifferences: CommandOfType<'ReportDifferences'> = {
  type: 'ReportDifferences',
  data: { issuer, runId, startedAt, differences: [unknownKey], now: foundAt },
};

export const completeReconciliation: CommandOfType<'CompleteReconciliation'> = {
  type: 'CompleteReconciliation',
  data: { issuer, runId, compared: 12, met: new Set([differenceId]), by: 'service:vault', now: foundAt },
};

export const startRepair: CommandOfType<'StartRepair'> = {
  type: 'StartRepair',
  data: { issuer, differenceId, repairId, caller: administrator, now: repairedAt },
};

export const recordRepaired: CommandOfType<'RecordRepaired'> = {
  type: 'RecordRepaired',
  data: { issuer, differenceId, repairId, now: repairedAt },
};

export const recordRepairFailed: CommandOfType<'RecordRepairFailed'> = {
  type: 'RecordRepairFailed',
  data: {
    issuer,
    differenceId,
    repairId,
    cause: repairFailed.data.cause,
    message: repairFailed.data.message,
    now: repairedAt,
  },
};

export const acknowledgeDifference: CommandOfType<'AcknowledgeDifference'> = {
  type: 'AcknowledgeDifference',
  data: {
    issuer,
    differenceId,
    reason: 'Made by hand for the demonstration',
    caller: administrator,
    now: repairedAt,
  },
};
