import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback, type Loopback } from '@keyledger/testing';

export interface Asked {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answering = (response: ServerResponse, asked: Asked) => void;

export const decide =
  (decision: string): Answering =>
  (response) =>
    response.end(JSON.stringify({ decision }));

/** A real HTTP server on the loopback address: the other end of a webhook. Approves unless told otherwise. */
export class FarEnd {
  readonly asked: Asked[] = [];
  answering: Answering = decide('APPROVE');
  readonly #loopback: Loopback;
  #wake = Promise.withResolvers<void>();

  private constructor(loopback: Loopback) {
    this.#loopback = loopback;
  }

  static async open(): Promise<FarEnd> {
    const http = createServer();
    const far = new FarEnd(await listenOnLoopback(http));
    http.on('request', (request, response) => void far.#answer(request, response));
    return far;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { url: path = '', method = '', headers } = request;
    const asked = { path, method, headers, body: Buffer.concat(chunks).toString() };
    this.asked.push(asked);
    this.#wake.resolve();
    this.#wake = Promise.withResolvers<void>();
    this.answering(response, asked);
  }

  get port(): number {
    return this.#loopback.port;
  }

  url(host = '127.0.0.1', path = '/approve'): string {
    return `http://${host}:${this.port}${path}`;
  }

  async untilAskedFor(requestId: string): Promise<void> {
    while (!this.asked.some(({ body }) => body.includes(requestId))) await this.#wake.promise;
  }

  close(): Promise<void> {
    return this.#loopback.stop();
  }
}
