import { AppError } from '@keyledger/errors';
import { isId, type NewEvent, type StreamName } from '@keyledger/event-sourcing';

/**
 * NUL and lone surrogates as `JSON.stringify` writes them. PostgreSQL would store them as JSON, but could give them to no
 * text column of a read model. An even number of backslashes before them is text that only looks like an escape.
 */
const UNSTORABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

const malformed = (text: string): AppError => new AppError('malformed', text);

/** The JSON text of a value; throws `malformed` for what PostgreSQL cannot keep, without repeating the value. */
export const storableJson = (value: unknown, what: string): string => {
  const json = JSON.stringify(value) as string | undefined;
  if (json === undefined) throw malformed(`${what} is no JSON value`);
  if (json.includes('\\u') && UNSTORABLE_ESCAPE.test(json)) {
    throw malformed(`${what} holds a NUL character or half of a surrogate pair`);
  }
  return json;
};

const checkText = (text: string, what: string): void => {
  if (text === '' || text.includes('\0') || !text.isWellFormed()) throw malformed(`${what} is no storable text`);
};

const checkStream = (stream: StreamName): void => {
  checkText(stream, 'The stream name');
  const dash = stream.indexOf('-');
  if (dash < 1 || dash === stream.length - 1) throw malformed('A stream name is a category, a dash and an id');
};

/** An append as the statement takes it. */
export interface StorableEvent {
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly metadata: string;
}

export const storableEvents = (stream: StreamName, events: readonly NewEvent[]): StorableEvent[] => {
  checkStream(stream);
  if (events.length === 0) throw malformed('An append needs at least one event');
  return events.map(({ id, type, schemaVersion, data, metadata }) => {
    if (!isId(id)) throw malformed('The id of an event is a UUID');
    checkText(type, 'The type of an event');
    return {
      id,
      type,
      schemaVersion,
      data: storableJson(data, `The data of ${type}`),
      metadata: storableJson(metadata, `The metadata of ${type}`),
    };
  });
};
