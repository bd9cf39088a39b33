import { AppError } from '@keyledger/errors';

/** Reads a body of at most `limit` bytes as text; the rest of a longer one is not even received. */
export const readBounded = async (response: Response, limit: number): Promise<string> => {
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
