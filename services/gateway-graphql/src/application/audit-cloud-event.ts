import type { AuditEvent } from '@keyledger/contracts-audit';

/** Which service writes the streams of a category, as the event store has it. */
export const writers: Readonly<Record<string, string>> = {
  provider: 'registry',
  model: 'registry',
  serviceToken: 'registry',
  keyRequest: 'approval',
  keyRequestSlot: 'approval',
  approvalPolicy: 'approval',
  lease: 'vault',
  secret: 'vault',
  masterKey: 'vault',
  submissionKey: 'vault',
  leaseUsage: 'vault',
  reconciliation: 'vault',
  bulkRevocation: 'vault',
  testRun: 'vault',
  stock: 'vault',
  heldKey: 'vault',
  delivery: 'delivery',
  notification: 'delivery',
};

const authTypes: Readonly<Record<string, string>> = {
  user: 'user',
  service: 'service_account',
  anonymous: 'unauthenticated',
};

/**
 * A recorded event as a CloudEvent 1.0 in structured JSON. Extension attributes as in the events on the wire; the type
 * says `store`, since the stored shape has versions of its own.
 */
export const toCloudEvent = (event: AuditEvent): object => ({
  specversion: '1.0',
  id: event.id,
  source: `/keyledger/${writers[event.category] ?? 'unknown'}`,
  type: `keyledger.store.${event.category}.${event.type}.v${event.schemaVersion}`,
  subject: event.stream,
  time: event.occurredAt,
  datacontenttype: 'application/json',
  correlationid: event.correlationId,
  causationid: event.causationId,
  ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  sequence: event.position,
  revision: event.revision,
  recordedtime: event.recordedAt,
  authtype: authTypes[event.actor.kind] ?? 'unknown',
  authid: event.actor.id,
  authclaims: JSON.stringify({ proof: event.actor.proof, roles: event.actor.roles }),
  ...(event.reason === undefined ? {} : { reason: event.reason }),
  data: event.data,
});
