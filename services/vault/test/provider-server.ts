import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback, type Loopback } from '@keyledger/testing';
import { ProviderDouble } from '../src/application/ports/testing/provider-doubles.ts';

/** The doubles of all providers behind one HTTP server on the loopback address, each below a path of its own. */
export class ProviderServer implements AsyncDisposable {
  readonly #doubles = new Map(ProviderDouble.names.map((name) => [name, new ProviderDouble(name)] as const));
  readonly #loopback: Loopback;
  readonly #waiting: ServerResponse[] = [];
  #wake = Promise.withResolvers<void>();
  /** From now on whatever comes is left without an answer. */
  isSilent = false;

  private constructor(loopback: Loopback) {
    this.#loopback = loopback;
  }

  /** Resolves when so many requests are left without an answer. */
  async untilWaiting(count: number): Promise<void> {
    while (this.#waiting.length < count) await this.#wake.promise;
  }

  /** Whoever waits is answered with a failure, and those who come from now on as ever. */
  release(): void {
    this.isSilent = false;
    for (const response of this.#waiting.splice(0)) response.writeHead(418).end('{}');
  }

  static async open(): Promise<ProviderServer> {
    const http = createServer();
    const server = new ProviderServer(await listenOnLoopback(http));
    http.on('request', (request, response) => void server.#serve(request, response));
    return server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const given = await text(request);
    const [, name = '', path = ''] = /^\/([^/]+)(.*)$/.exec(request.url ?? '') ?? [];
    const { method = '', headers } = request;
    const double = this.of(name);
    const below = path.startsWith(double.documented.base) ? path.slice(double.documented.base.length) : path;
    const call = { method, path: below, headers, body: given === '' ? undefined : (JSON.parse(given) as unknown) };
    if (this.isSilent) {
      double.heard.push(call);
      this.#waiting.push(response);
      this.#wake.resolve();
      this.#wake = Promise.withResolvers<void>();
      return;
    }
    const { status, headers: also = {}, body } = double.answer(call);
    response.writeHead(status, also).end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  of(name: string): ProviderDouble {
    const double = this.#doubles.get(name);
    if (double === undefined) throw new Error(`There is no double of ${name}`);
    return double;
  }

  /** What somebody would give as the address of this provider. */
  addressOf(name: string): string {
    const base = name === 'hugging-face' ? '/v1' : this.of(name).documented.base;
    return `${this.#loopback.url}/${name}${base}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#loopback.stop();
  }
}
