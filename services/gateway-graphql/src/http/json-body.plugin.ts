import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';

/** Far above any operation of a client; the token limit cuts in long before. */
const MAX_BYTES = 100_000;

const refuse = (status: number, code: string, message: string): Error =>
  createGraphQLError(message, { extensions: { code, http: { status } } });

const readBody = async (body: AsyncIterable<Uint8Array> | null): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      if (size <= MAX_BYTES) chunks.push(chunk); // the rest is read, so that the answer arrives, but not kept
    }
  } catch {
    throw refuse(400, 'MALFORMED', 'The body ended before its time'); // the client has left, and hears it no more
  }
  if (size > MAX_BYTES) throw refuse(413, 'TOO_LARGE', `The operation is larger than ${MAX_BYTES} bytes`);
  return Buffer.concat(chunks).toString('utf8');
};

const parse = (text: string): GraphQLParams => {
  let params: unknown;
  try {
    params = JSON.parse(text);
  } catch {
    throw refuse(400, 'MALFORMED', 'The body is not valid JSON'); // the parser's own words would repeat the body
  }
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    throw refuse(400, 'MALFORMED', 'The body must be one JSON object');
  return params as GraphQLParams;
};

const isJson = (contentType: string | null): boolean =>
  /^application\/(graphql\+)?json\s*(;|$)/i.test(contentType ?? '');

/** Operations come as JSON of a bounded size and in no other form: the forms that a browser sends unasked are out. */
export const jsonBody: Plugin = {
  onRequestParse: ({ request, setRequestParser }) => {
    if (request.method !== 'POST') return;
    if (!isJson(request.headers.get('content-type')))
      throw refuse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Expected Content-Type: application/json');
    setRequestParser(async ({ body }) => parse(await readBody(body as AsyncIterable<Uint8Array> | null)));
  },
};
