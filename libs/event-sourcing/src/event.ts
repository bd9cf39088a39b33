/** Who caused an event: the principal that was checked when the command came in, or the service itself. */
export interface Actor {
  readonly kind: 'user' | 'service' | 'anonymous';
  /** Stable identifier: login, e-mail address or `service:<name>`. */
  readonly id: string;
  /** How the identity was proven: `basic`, `session`, `address`, `claim-code`, `service`. */
  readonly proof: string;
  readonly roles: readonly string[];
}

export interface EventMetadata {
  readonly actor: Actor;
  /** One id for all that follows from one request of a user. */
  readonly correlationId: string;
  /** Id of the command or event that caused this one. */
  readonly causationId: string;
  /** W3C trace context of the moment of writing. */
  readonly traceparent?: string;
  /** When it happened by the clock of the writer, ISO 8601 with `Z`. */
  readonly occurredAt: string;
}

/** Category and id, joined by the first dash: `lease-0199…`. */
export type StreamName = `${string}-${string}`;

/** Place in the whole log. Opaque, and comparable as text: a later event has a greater position. */
export type Position = string & { readonly __position: never };

export interface NewEvent<Type extends string = string, Data = unknown> {
  /** UUIDv7, derived from the command id and the index of the event, so that a repetition is recognised. */
  readonly id: string;
  readonly type: Type;
  readonly schemaVersion: number;
  /** JSON value. Never plaintext key material. */
  readonly data: Data;
  readonly metadata: EventMetadata;
}

export interface RecordedEvent<Type extends string = string, Data = unknown> extends NewEvent<Type, Data> {
  readonly stream: StreamName;
  /** 0 for the first event of the stream. */
  readonly revision: bigint;
  readonly position: Position;
  /** When the store wrote it, by the store's clock, ISO 8601 with `Z`. */
  readonly recordedAt: string;
}

/** `category` holds no dash: the first one ends it. */
export const streamName = (category: string, id: string): StreamName => `${category}-${id}`;

/** Everything before the first dash. */
export const categoryOf = (stream: StreamName): string => stream.slice(0, stream.indexOf('-'));

/** The id part: everything after the first dash. */
export const streamIdOf = (stream: StreamName): string => stream.slice(stream.indexOf('-') + 1);

/** Takes a position from where it was kept as text. It must come from this event store: positions of another mean nothing. */
export const positionOf = (text: string): Position => text as Position;
