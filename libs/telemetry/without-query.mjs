/** Attributes of a span that repeat the query of an address. A query may carry a key. */
const ADDRESSES = ['url.full', 'http.url', 'http.target', 'url.path'];

/** Request hook of the HTTP instrumentations: keeps addresses, drops their queries. */
export const withoutQuery = (span) => {
  const { attributes = {} } = span;
  for (const name of ADDRESSES)
    if (typeof attributes[name] === 'string') span.setAttribute(name, attributes[name].split('?', 1)[0]);
  if (attributes['url.query'] !== undefined) span.setAttribute('url.query', '');
};
