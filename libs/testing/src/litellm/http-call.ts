import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './call.ts';
import { isRecord } from './key-row.ts';
import { badRequest } from './proxy-error.ts';

const LARGEST_BODY = 1_000_000;

export const readBody = async (request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error('body too large');
    chunks.push(chunk);
  }
  try {
    const parsed: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
};

/** A page on the web may send a form to this address, but not JSON. */
export const checkJson = ({ method, headers }: IncomingMessage): void => {
  if (method === 'POST' && !headers['content-type']?.startsWith('application/json'))
    throw badRequest('Send application/json');
};

export const send = (response: ServerResponse, { status, body, contentType = 'application/json' }: Answer): void => {
  response.writeHead(status, { 'content-type': contentType });
  response.end(contentType === 'application/json' ? JSON.stringify(body) : String(body));
};
