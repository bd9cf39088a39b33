import { AppError } from '@keyledger/errors';
import type { ZodType } from 'zod';
import type { Message } from './decider.ts';

/** Turns the data of schema version n into that of version n + 1. Pure. */
export type Upcaster = (data: unknown) => unknown;

export interface EventDefinition<Data = unknown> {
  readonly schema: ZodType<Data>;
  /** Upcasters by the version they start from; the current version is their number plus one. */
  readonly upcasters: readonly Upcaster[];
}

/** Defines the current shape of one event type. A new shape appends an upcaster and never changes an old one. */
export const defineEvent = <Data>(
  schema: ZodType<Data>,
  upcasters: readonly Upcaster[] = [],
): EventDefinition<Data> => ({
  schema,
  upcasters,
});

type Definitions = Readonly<Record<string, EventDefinition>>;

/** The union of domain events described by a record of definitions. */
export type EventOf<D> = {
  [Type in keyof D & string]: D[Type] extends EventDefinition<infer Data> ? Message<Type, Data> : never;
}[keyof D & string];

export interface EncodedEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}

/** Checks events on the way into the store and upcasts them on the way out. */
export interface EventCodec<Event extends Message> {
  readonly types: readonly string[];
  /** Throws `internal` when the event does not have its declared shape: a bug in the decider. */
  encode(event: Event): EncodedEvent;
  /** Throws `internal` for an unknown type or a version newer than this code: the reader must be upgraded first. */
  decode(stored: EncodedEvent): Event;
}

const defect = (text: string): AppError => new AppError('internal', text);

/** The codec of a category. `schemaVersion` is the number of upcasters of the type plus one. */
export const eventCodec = <D extends Definitions>(definitions: D): EventCodec<EventOf<D>> => {
  const byType = new Map<string, EventDefinition>(Object.entries(definitions) as [string, EventDefinition][]);
  const definitionOf = (type: string): EventDefinition => {
    const definition = byType.get(type);
    if (definition === undefined) throw defect(`Unknown event type ${type}`);
    return definition;
  };
  return {
    types: [...byType.keys()],
    encode: ({ type, data }) => {
      const { schema, upcasters } = definitionOf(type);
      const parsed = schema.safeParse(data);
      if (!parsed.success) {
        const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`).join('; ');
        throw defect(`Event ${type} does not have its declared shape (${where})`);
      }
      return { type, schemaVersion: upcasters.length + 1, data: parsed.data };
    },
    decode: ({ type, schemaVersion, data }) => {
      const { upcasters } = definitionOf(type);
      if (schemaVersion > upcasters.length + 1)
        throw defect(`Event ${type} has the unknown schema version ${schemaVersion}`);
      let current = data;
      for (let version = schemaVersion; version <= upcasters.length; version += 1)
        current = upcasters[version - 1]?.(current);
      return { type, data: current } as EventOf<D>;
    },
  };
};
