import { issuerKeyId, leaseId, secondKeyId } from './lease.examples.ts';
import { begun, done, owner, subject } from './lease.making.examples.ts';
import type { LeaseCommand, LeaseEvent } from './lease.messages.ts';

type EventOfType<Type extends LeaseEvent['type']> = Extract<LeaseEvent, { type: Type }>;

type CommandOfType<Type extends LeaseCommand['type']> = Extract<LeaseCommand, { type: Type }>;

export const rotationId = '01930f60-3333-7c4e-9d5a-2f8f4f0f6d11';

const secondMask = 'sk-b...wxyz';

export const leaseRotationStarted: EventOfType<'LeaseRotationStarted'> = {
  type: 'LeaseRotationStarted',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    alias: `${leaseId}-g2`,
    graceMs: 86_400_000,
    reason: 'Every quarter',
    expiresAt: '2027-02-20T08:00:00.000Z',
    startedAt: begun,
  },
};

export const successorSealed: EventOfType<'LeaseKeySealed'> = {
  type: 'LeaseKeySealed',
  data: { ...subject, generation: 2, issuerKeyId: secondKeyId, mask: secondMask, sealedAt: begun },
};

export const leaseRotated: EventOfType<'LeaseRotated'> = {
  type: 'LeaseRotated',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    issuer: 'litellm',
    owner,
    modelIds: ['gpt-4o-mini'],
    delivery: { channel: 'emailLink' },
    alias: `${leaseId}-g2`,
    issuerKeyId: secondKeyId,
    mask: secondMask,
    expiresAt: '2027-02-20T08:00:00.000Z',
    gatewayUrl: 'https://llm.example.com',
    retiring: { issuerKeyId, generation: 1, endsAt: '2026-11-23T08:00:01.000Z' },
    rotatedAt: done,
  },
};

export const leaseBudgetCarriedOver: EventOfType<'LeaseBudgetCarriedOver'> = {
  type: 'LeaseBudgetCarriedOver',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    spentUsd: 4.25,
    budget: { maxUsd: 5.75, period: '30d' },
    until: '2026-12-01T00:00:00.000Z',
    carriedAt: begun,
  },
};

export const leaseRotationFailed: EventOfType<'LeaseRotationFailed'> = {
  type: 'LeaseRotationFailed',
  data: {
    ...subject,
    generation: 2,
    rotationId,
    cause: 'issuer-unavailable',
    message: 'No answer in time',
    mayExistAtIssuer: true,
    failedAt: '2026-11-22T08:16:00.000Z',
  },
};

export const leaseRotationDelivered: EventOfType<'LeaseRotationDelivered'> = {
  type: 'LeaseRotationDelivered',
  data: { ...subject, generation: 2, deliveredAt: '2026-11-22T08:00:02.000Z' },
};

export const leaseKeyRetirementOrdered: EventOfType<'LeaseKeyRetirementOrdered'> = {
  type: 'LeaseKeyRetirementOrdered',
  data: {
    ...subject,
    issuerKeyId,
    reason: 'The mail does not arrive',
    orderedBy: 'user:grace',
    orderedAt: '2026-11-22T09:00:00.000Z',
  },
};

export const leaseKeyRetired: EventOfType<'LeaseKeyRetired'> = {
  type: 'LeaseKeyRetired',
  data: { ...subject, owner, issuerKeyId, retiredAt: '2026-11-23T08:00:02.000Z' },
};

export const rotateLease: CommandOfType<'RotateLease'> = {
  type: 'RotateLease',
  data: {
    leaseId,
    rotationId,
    graceMs: 86_400_000,
    reason: 'Every quarter',
    expiresAt: '2027-02-20T08:00:00.000Z',
    now: begun,
  },
};

export const recordBudgetCarriedOver: CommandOfType<'RecordBudgetCarriedOver'> = {
  type: 'RecordBudgetCarriedOver',
  data: { leaseId, generation: 2, spentUsd: 4.25, resetsAt: '2026-12-01T00:00:00.000Z', now: begun },
};

export const recordSuccessorIssued: CommandOfType<'RecordKeyIssued'> = {
  type: 'RecordKeyIssued',
  data: {
    leaseId,
    generation: 2,
    gatewayUrl: 'https://llm.example.com',
    expiresAt: '2027-02-20T08:00:00.000Z',
    now: done,
  },
};

export const recordSuccessorFailed: CommandOfType<'RecordIssueFailed'> = {
  type: 'RecordIssueFailed',
  data: {
    leaseId,
    generation: 2,
    cause: 'issuer-unavailable',
    message: 'No answer in time',
    mayExistAtIssuer: true,
    now: leaseRotationFailed.data.failedAt,
  },
};

export const recordRotationDelivered: CommandOfType<'RecordRotationDelivered'> = {
  type: 'RecordRotationDelivered',
  data: { leaseId, generation: 2, now: leaseRotationDelivered.data.deliveredAt },
};

export const retireKey: CommandOfType<'RetireKey'> = {
  type: 'RetireKey',
  data: {
    leaseId,
    generation: 1,
    reason: 'The mail does not arrive',
    orderedBy: 'user:grace',
    now: leaseKeyRetirementOrdered.data.orderedAt,
  },
};

export const recordKeyRetired: CommandOfType<'RecordKeyRetired'> = {
  type: 'RecordKeyRetired',
  data: { leaseId, issuerKeyId, now: leaseKeyRetired.data.retiredAt },
};
