import type { AuditEvent } from '@keyledger/contracts-audit';
import { builder } from '../../builder.ts';

const ActorType = builder.objectRef<AuditEvent['actor']>('Actor').implement({
  description: 'Who caused an event.',
  fields: (t) => ({
    kind: t.exposeString('kind', { description: '`user`, `service` or `anonymous`.' }),
    actorId: t.exposeString('id', { description: 'Login, address, or `service:<name>`.' }),
    proof: t.exposeString('proof', {
      description: 'How the identity was proven: `basic`, `session`, `address`, `claim-code`, `service`.',
    }),
    roles: t.field({ type: ['String'], description: 'The roles it held.', resolve: ({ roles }) => [...roles] }),
  }),
});

const AuditEventType = builder.objectRef<AuditEvent>('AuditEvent').implement({
  description: 'One fact of the whole system, as it was recorded.',
  fields: (t) => ({
    eventId: t.exposeID('id', { description: 'UUID of the event.' }),
    position: t.exposeString('position', { description: 'Place in the total order of all events; compare as text.' }),
    stream: t.exposeString('stream', { description: 'The stream it belongs to: category and id.' }),
    category: t.exposeString('category', { description: 'The category of the stream, for example `keyRequest`.' }),
    revision: t.exposeString('revision', { description: 'Place within the stream, from 0, as decimal text.' }),
    type: t.exposeString('type', { description: 'What happened, for example `KeyRequestApproved`.' }),
    schemaVersion: t.exposeInt('schemaVersion', { description: 'Version of the shape of `data`.' }),
    actor: t.expose('actor', { type: ActorType, description: 'Who caused it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'The reason that was given, where there is one.' }),
    correlationId: t.exposeString('correlationId', {
      description: 'Shared by all that follows from one request; for keys, the UUID of the key request.',
    }),
    causationId: t.exposeString('causationId', { description: 'Id of the command or event that caused it.' }),
    traceparent: t.exposeString('traceparent', {
      nullable: true,
      description: 'W3C trace context of the moment of writing.',
    }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      description: 'When it happened, by the clock of the writer.',
    }),
    recordedAt: t.expose('recordedAt', {
      type: 'DateTime',
      description: 'When it was stored, by the clock of the store.',
    }),
    data: t.field({
      type: 'JSON',
      description: 'What is recorded about it. Ciphertext is replaced by its digest; there is never a key in it.',
      resolve: ({ data }) => data,
    }),
  }),
});

export const AuditEventConnection = builder.connectionObject(
  { type: AuditEventType, name: 'AuditEventConnection', description: 'A page of events, oldest first.' },
  { name: 'AuditEventEdge', description: 'An event and its place in the list.' },
);
