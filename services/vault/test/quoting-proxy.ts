import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback, type Loopback } from '@keyledger/testing';

/** Owner whose orders LiteLLM refuses while it quotes the whole order, key included. */
export const QUOTED = 'quoted@example.com';

/** Stands before LiteLLM, sees every key that the vault sends, and quotes some of them in its answers. */
export class QuotingProxy {
  readonly keys = new Set<string>();
  readonly #loopback: Loopback;
  target = '';

  private constructor(loopback: Loopback) {
    this.#loopback = loopback;
  }

  static async open(): Promise<QuotingProxy> {
    const http = createServer();
    const proxy = new QuotingProxy(await listenOnLoopback(http));
    http.on('request', (request, response) => void proxy.#serve(request, response));
    return proxy;
  }

  get url(): string {
    return this.#loopback.url;
  }

  close(): Promise<void> {
    return this.#loopback.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request;
    const { authorization = '' } = headers;
    const body = await text(request);
    const order = body === '' ? {} : (JSON.parse(body) as { key?: string; user_id?: string });
    if (order.key !== undefined) this.keys.add(order.key);
    if (order.user_id === QUOTED) {
      const message = `Not welcome: key ${order.key}, ${authorization}, ${body}`;
      response.writeHead(400).end(JSON.stringify({ error: { message, type: 'bad_request_error', param: order.key } }));
      return;
    }
    await this.#forward(method, url, authorization, body).then(
      async (answer) => response.writeHead(answer.status).end(await answer.text()),
      () => response.destroy(),
    );
  }

  #forward(method: string, path: string, authorization: string, body: string): Promise<Response> {
    const headers = { authorization, 'content-type': 'application/json' };
    return fetch(`${this.target}${path}`, { method, headers, ...(body === '' ? {} : { body }) });
  }
}
