import { type AuditEvent, auditEventSchema, type AuditFilter } from '@keyledger/contracts-audit';
import { type StreamName, streamIdOf } from '@keyledger/event-sourcing';
import { translated } from '@keyledger/event-store-postgres';
import type { ClientBase, Pool } from 'pg';
import type { AuditLog, AuditLogRows, AuditPageRequest } from '../../application/ports/audit-log.port.ts';

const COLUMNS =
  'event_id, position, stream, category, revision, type, schema_version, actor, reason, correlation_id, causation_id, ' +
  'traceparent, occurred_at, recorded_at, data';

/** Streams that events of several keys share; they belong to a history only event by event. */
const SHARED_CATEGORIES = ['keyRequestSlot', 'approvalPolicy'];

/** Writes in the transaction of the projection. */
export const postgresAuditLogRows: AuditLogRows<ClientBase> = {
  add: async (event, tx) => {
    await tx.query({
      name: 'add-audit-event',
      text: `insert into audit_log (${COLUMNS}, stream_id, actor_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) on conflict (position) do nothing`,
      values: [
        event.id,
        event.position,
        event.stream,
        event.category,
        event.revision,
        event.type,
        event.schemaVersion,
        JSON.stringify(event.actor),
        event.reason,
        event.correlationId,
        event.causationId,
        event.traceparent,
        event.occurredAt,
        event.recordedAt,
        JSON.stringify(event.data),
        streamIdOf(event.stream as StreamName),
        event.actor.id,
      ],
    });
  },
  clear: async (tx) => {
    await tx.query('delete from audit_log');
  },
};

interface AuditRow {
  readonly event_id: string;
  readonly position: string;
  readonly stream: string;
  readonly category: string;
  readonly revision: string;
  readonly type: string;
  readonly schema_version: number;
  readonly actor: unknown;
  readonly reason: string | null;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly traceparent: string | null;
  readonly occurred_at: Date;
  readonly recorded_at: Date;
  readonly data: unknown;
}

const toAuditEvent = (row: AuditRow): AuditEvent =>
  auditEventSchema.parse({
    id: row.event_id,
    position: row.position,
    stream: row.stream,
    category: row.category,
    revision: row.revision,
    type: row.type,
    schemaVersion: row.schema_version,
    actor: row.actor,
    reason: row.reason ?? undefined,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent ?? undefined,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
    data: row.data,
  });

/** One SQL condition per part of the filter; `$n` is the next free place. */
const conditions = (
  filter: AuditFilter,
): readonly (readonly [condition: (place: string) => string, value: unknown])[] => [
  [(place) => `category = any (${place})`, filter.categories],
  [(place) => `type = any (${place})`, filter.types],
  [(place) => `stream = ${place}`, filter.stream],
  [(place) => `actor_id = ${place}`, filter.actorId],
  [(place) => `correlation_id = ${place}`, filter.correlationId],
  [(place) => `recorded_at >= ${place}`, filter.from],
  [(place) => `recorded_at < ${place}`, filter.to],
];

export const postgresAuditLog = (pool: Pool): AuditLog => ({
  find: async (filter, { first, after }: AuditPageRequest) => {
    const values: unknown[] = [first, after ?? ''];
    const where = conditions(filter)
      .filter(([, value]) => value !== undefined)
      .map(([condition, value]) => condition(`$${values.push(value)}`));
    const { rows } = await translated(
      pool.query<AuditRow>(
        `select ${COLUMNS} from audit_log where ${['position > $2', ...where].join(' and ')} order by position limit $1`,
        values,
      ),
    );
    return rows.map(toAuditEvent);
  },

  findRelated: async (correlationIds, { first, after }) => {
    const { rows } = await translated(
      pool.query<AuditRow>({
        name: 'related-audit-events',
        text: `select ${COLUMNS} from audit_log
        where position > $2 and (correlation_id = any ($3) or stream in (
          select s.stream from audit_log s where s.correlation_id = any ($3) and s.revision = 0 and s.category <> all ($4)))
        order by position limit $1`,
        values: [first, after ?? '', correlationIds, SHARED_CATEGORIES],
      }),
    );
    return rows.map(toAuditEvent);
  },

  correlationsOf: async (id) => {
    const { rows } = await translated(
      pool.query<{ correlation_id: string }>({
        name: 'audit-correlations',
        text: `select distinct correlation_id from audit_log where stream_id = $1 and revision = 0
        union select $1 where exists (select from audit_log where correlation_id = $1)`,
        values: [id],
      }),
    );
    return rows.map((row) => row.correlation_id);
  },
});
