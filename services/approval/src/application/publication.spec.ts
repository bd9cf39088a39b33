import { describe, expect, it } from '@jest/globals';
import { positionOf, type RecordedEvent, streamName } from '@keyledger/event-sourcing';
import type { KeyRequestEvent } from '../domain/key-request/key-request.events.ts';
import {
  approved,
  codeRejected,
  deferred,
  denied,
  evaluated,
  expired,
  fulfilled,
  issuingFailed,
  requestId,
  retried,
  reviewEvaluation,
  sentToReview,
  submitted,
} from '../domain/key-request/key-request.examples.ts';
import { keyRequests, keyRequestSlots } from './approval-streams.ts';
import { approvalPublication } from './publication.ts';

const recorded = (event: KeyRequestEvent): RecordedEvent => ({
  ...keyRequests.codec.encode(event),
  id: '01890a5d-ac96-774b-bcce-b302099a0001',
  stream: streamName(keyRequests.category, requestId),
  revision: 0n,
  position: positionOf('1'),
  recordedAt: '2026-01-05T08:00:00.000Z',
  metadata: {
    actor: { kind: 'service', id: 'service:approval', proof: 'service', roles: ['service'] },
    correlationId: requestId,
    causationId: requestId,
    occurredAt: '2026-01-05T08:00:00.000Z',
  },
});

const subject = { requestId, modelId: 'claude-3', email: 'Ada@example.com' };

describe('what approval publishes', () => {
  it.each<[KeyRequestEvent, object]>([
    [submitted, subject],
    [deferred, { ...subject, retryAt: '2026-01-05T08:05:06.000Z' }],
    [
      approved,
      {
        requestId,
        modelId: 'claude-3',
        email: 'Ada@example.com',
        duration: '30d',
        budget: { maxUsd: 25, period: '30d' },
        delivery: { channel: 'emailLink' },
        approvedBy: 'rita@example.com',
      },
    ],
    [denied, { ...subject, reason: 'Use the local model', deniedBy: 'rita@example.com' }],
    [
      sentToReview,
      {
        ...subject,
        justification: 'Course on compilers',
        reason: 'Somebody has to look (claude*)',
        reviewers: ['rita@example.com'],
        expiresAt: '2026-01-19T08:00:01.000Z',
      },
    ],
    [expired, subject],
    [fulfilled, subject],
    [issuingFailed, { ...subject, step: 'issuing', cause: 'issuer-unavailable', message: 'LiteLLM did not answer' }],
    [retried, { ...subject, step: 'issuing' }],
  ])('of %j', (event, data) => {
    const published = approvalPublication(recorded(event));
    expect(published?.definition.type).toBe(event.type);
    expect(published?.data).toEqual(data);
    // Exactly the declared fields: nothing is stripped by the contract, nothing is missing.
    expect(published?.definition.schema.parse(published.data)).toEqual(data);
  });

  it('is nothing of evaluations and mistaken codes', () => {
    expect(approvalPublication(recorded(evaluated(reviewEvaluation)))).toBeUndefined();
    expect(approvalPublication(recorded(codeRejected(1, '2026-01-05T08:00:00.000Z')))).toBeUndefined();
  });

  it('is nothing of slots', () => {
    const taken = { requestId, purpose: 'submission', turn: 1, takenAt: '2026-01-05T08:00:00.000Z' } as const;
    const slot = keyRequestSlots.codec.encode({ type: 'SlotTaken', data: taken });
    const stream = streamName(keyRequestSlots.category, requestId);
    expect(approvalPublication({ ...recorded(submitted), ...slot, stream })).toBeUndefined();
  });
});
