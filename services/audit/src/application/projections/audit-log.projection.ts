import type { AuditEvent } from '@keyledger/contracts-audit';
import { categoryOf, type Projection, type RecordedEvent } from '@keyledger/event-sourcing';
import { reasonOf, shownData } from '../shown-data.ts';
import type { AuditLogRows } from '../ports/audit-log.port.ts';

/** A stored event as the auditor sees it. Works on every event, also of types that this code does not know. */
const toAuditEvent = (recorded: RecordedEvent): AuditEvent => {
  const { id, position, stream, revision, type, schemaVersion, recordedAt, data } = recorded;
  const { actor, correlationId, causationId, traceparent, occurredAt } = recorded.metadata;
  const reason = reasonOf(data);
  return {
    id,
    position,
    stream,
    category: categoryOf(stream),
    revision: revision.toString(),
    type,
    schemaVersion,
    actor: { ...actor, roles: [...actor.roles] },
    ...(reason === undefined ? {} : { reason }),
    correlationId,
    causationId,
    ...(traceparent === undefined ? {} : { traceparent }),
    occurredAt,
    recordedAt,
    data: shownData(type, data),
  };
};

/** Every event of every service. */
export const auditLogProjection = <Tx>(rows: AuditLogRows<Tx>): Projection<Tx> => ({
  name: 'audit-log',
  filter: {},
  apply: (recorded, tx) => rows.add(toAuditEvent(recorded), tx),
  reset: (tx) => rows.clear(tx),
});
