import { randomUUID } from 'node:crypto';
import {
  KeyRequestApproved,
  KeyRequestResumed,
  KeyRequestRetried,
  type KeyRequestTerms,
} from '@keyledger/contracts-approval';
import { deriveId, newId } from '@keyledger/event-sourcing';
import {
  type IntegrationEvent,
  type IntegrationEventDefinition,
  servicePrincipal,
  toActor,
} from '@keyledger/messaging';

/** What another service told of a request, as a reactor receives it. */
export const factOf = (definition: IntegrationEventDefinition, requestId: string, data: unknown): IntegrationEvent => ({
  id: newId(),
  service: definition.service,
  category: definition.category,
  streamId: requestId,
  type: definition.type,
  version: definition.version,
  occurredAt: '2026-11-21T08:00:00.000Z',
  correlationId: requestId,
  causationId: newId(),
  actor: toActor(servicePrincipal('approval')),
  position: '1',
  data: definition.schema.parse(data),
});

export interface Approved {
  readonly requestId: string;
  readonly leaseId: string;
  readonly event: IntegrationEvent;
}

const standard = { modelId: 'gpt-4o-mini', email: 'ada@example.com', delivery: { channel: 'emailLink' as const } };

export const approvedRequest = (terms: Partial<KeyRequestTerms> = {}): Approved => {
  const requestId = randomUUID();
  const data = { requestId, ...standard, ...terms, approvedBy: 'service:approval' };
  return { requestId, leaseId: deriveId('lease', requestId), event: factOf(KeyRequestApproved, requestId, data) };
};

export const retriedRequest = (requestId: string, step: 'issuing' | 'delivery' = 'issuing'): IntegrationEvent =>
  factOf(KeyRequestRetried, requestId, { requestId, modelId: standard.modelId, email: standard.email, step });

export const resumedRequest = (requestId: string): IntegrationEvent =>
  factOf(KeyRequestResumed, requestId, { requestId, modelId: standard.modelId, email: standard.email });
