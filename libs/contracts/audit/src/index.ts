export { type AuditEvent, auditEventSchema, type AuditFilter, auditFilterSchema } from './audit-event.ts';
export { GetKeyHistory, ListAuditEvents } from './operations.ts';
