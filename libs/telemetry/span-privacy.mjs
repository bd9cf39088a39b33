import { scrub } from './scrub.mjs';

/** Attributes of a span that repeat the query of an address. A query may carry a key. */
const ADDRESSES = ['url.full', 'http.url', 'http.target', 'url.path'];

/** Request hook of the HTTP instrumentations: keeps addresses, drops their queries. */
export const withoutQuery = (span) => {
  const { attributes = {} } = span;
  for (const name of ADDRESSES)
    if (typeof attributes[name] === 'string') span.setAttribute(name, attributes[name].split('?', 1)[0]);
  if (attributes['url.query'] !== undefined) span.setAttribute('url.query', '');
};

const scrubAttributes = (attributes = {}) => {
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'string') attributes[name] = scrub(value);
};

/** What PostgreSQL says of an error quotes the values of the statement. Its class and code remain. */
const forgetDatabaseMessage = (span) => {
  delete span.status.message;
  for (const { attributes = {} } of span.events) {
    delete attributes['exception.message'];
    delete attributes['exception.stacktrace'];
  }
};

const isOfDatabase = ({ attributes }) => 'db.system' in attributes || 'db.system.name' in attributes;

/** Stands before the processor that sends: what an error or a statement quotes may look like a key. */
export const scrubbingSpanProcessor = {
  onStart: () => undefined,
  onEnd: (span) => {
    if (isOfDatabase(span)) forgetDatabaseMessage(span);
    scrubAttributes(span.attributes);
    for (const { attributes } of span.events) scrubAttributes(attributes);
    if (span.status.message !== undefined) span.status.message = scrub(span.status.message);
  },
  forceFlush: () => Promise.resolve(),
  shutdown: () => Promise.resolve(),
};
