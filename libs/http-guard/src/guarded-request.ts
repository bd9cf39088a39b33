import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressGuard } from './address-guard.ts';

/** One request to an address that somebody else chose. */
export interface GuardedRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: none is sent. */
  readonly body?: string | undefined;
  /** Ends the request at whatever point it is, also within an answer that begins and never ends. */
  readonly signal: AbortSignal;
  /** An answer with a longer body is none. */
  readonly maxAnswerBytes: number;
}

/** What came back. Names of headers are in lower case; several values of one header are joined. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer is longer than it may be. What was read of it is dropped. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
  constructor() {
    super('The answer is too long');
  }
}

const readBody = async (response: IncomingMessage, maxBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const joined = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );

const answerOf = async (response: IncomingMessage, maxBytes: number): Promise<HttpAnswer> => ({
  status: response.statusCode ?? 0,
  headers: joined(response.headers),
  body: await readBody(response, maxBytes),
});

/**
 * Sends one request over a connection of its own, to an address that `guard` has checked for it: the name is resolved
 * once, and the socket connects to what was resolved. A redirect is an answer like any other and is never followed.
 * Rejects with `ForbiddenAddress`, `AnswerTooLong`, the reason of `signal`, or the error of the connection; none of them
 * holds anything of the request but the host. Sends nothing twice.
 */
export const guardedRequest = async (guard: AddressGuard, request: GuardedRequest): Promise<HttpAnswer> => {
  const { url, method, body, signal, maxAnswerBytes } = request;
  guard.checkHost(url);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const headers = { ...request.headers, ...length };
  const options = { method, headers, agent: false as const, lookup: guard.lookup, signal };
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const sent = send(url, options, (response) => {
      answerOf(response, maxAnswerBytes)
        .then(resolve, reject)
        .finally(() => sent.destroy());
    });
    sent.on('error', reject);
    sent.end(body);
  });
};
