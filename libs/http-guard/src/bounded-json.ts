import { AppError } from '@keyledger/errors';

/**
 * Reads a body of at most `limit` bytes as JSON; `undefined` when it is something else, such as the page of a proxy. Throws
 * `unavailable` for a longer one, of which the rest is not even received.
 */
export const readBoundedJson = async (response: Response, limit: number): Promise<unknown> => {
  const text = await readBounded(response, limit);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const readBounded = async (response: Response, limit: number): Promise<string> => {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > limit) throw new AppError('unavailable', `an answer of more than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
