import type { Actor, RecordedEvent, Reactor } from '@keyledger/event-sourcing';
import type { ZodType } from 'zod';
import { eventSubject, type ServiceName } from './subjects.ts';

/** A fact as other services may see it: declared in a contract, apart from the stored event behind it. */
export interface IntegrationEventDefinition<Type extends string = string, Data = unknown> {
  readonly service: ServiceName;
  /** The stream category whose events it speaks of. */
  readonly category: string;
  readonly type: Type;
  /** Version of the published shape, independent of the stored one. */
  readonly version: number;
  readonly schema: ZodType<Data>;
  readonly subject: string;
}

/** `version` is that of the published shape. An optional field needs no new one; any other change does. */
export const defineIntegrationEvent = <Type extends string, Data>(
  service: ServiceName,
  category: string,
  type: Type,
  version: number,
  schema: ZodType<Data>,
): IntegrationEventDefinition<Type, Data> => ({
  service,
  category,
  type,
  version,
  schema,
  subject: eventSubject(service, category, type),
});

/** Travels as a CloudEvent 1.0 in binary mode: these fields as headers, `data` as the JSON payload. */
export interface IntegrationEvent<Type extends string = string, Data = unknown> {
  /** Id of the stored event: equal for each publication of the same fact. */
  readonly id: string;
  readonly service: ServiceName;
  readonly category: string;
  /** Id part of the stream. */
  readonly streamId: string;
  readonly type: Type;
  readonly version: number;
  /** ISO 8601 with `Z`. */
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly traceparent?: string;
  readonly actor: Actor;
  /** Position in the event store, comparable as text within one store. */
  readonly position: string;
  readonly data: Data;
}

/** A reactor to events of other services (or, by message, of its own). */
export type EventReactor = Reactor<IntegrationEvent, IntegrationEventDefinition>;

/**
 * Translates a stored event into what others may see, or `undefined` when it is private. The result names the
 * definition; id, ids of cause and time are taken from the stored event.
 */
export type EventPublication = (
  event: RecordedEvent,
) => Readonly<{ definition: IntegrationEventDefinition; data: unknown }> | undefined;

/** The typed view of an event that a reactor received; `undefined` when it is of another type. */
export const asEvent = <Type extends string, Data>(
  definition: IntegrationEventDefinition<Type, Data>,
  event: IntegrationEvent,
): IntegrationEvent<Type, Data> | undefined =>
  event.service === definition.service && event.category === definition.category && event.type === definition.type
    ? (event as IntegrationEvent<Type, Data>)
    : undefined;
