import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ProviderDouble } from '../src/application/ports/testing/provider-doubles.ts';

/** The doubles of all providers behind one HTTP server on the loopback address, each below a path of its own. */
export class ProviderServer implements AsyncDisposable {
  readonly #doubles = new Map(ProviderDouble.names.map((name) => [name, new ProviderDouble(name)] as const));
  readonly #server: Server;
  readonly #waiting: ServerResponse[] = [];
  /** From now on whatever comes is left without an answer. */
  isSilent = false;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const [, name = '', path = ''] = /^\/([^/]+)(.*)$/.exec(request.url ?? '') ?? [];
        const { method = '', headers } = request;
        const double = this.of(name);
        const below = path.startsWith(double.documented.base) ? path.slice(double.documented.base.length) : path;
        const call = { method, path: below, headers, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
        if (this.isSilent) {
          double.heard.push(call);
          this.#waiting.push(response);
          return;
        }
        const { status, headers: also = {}, body } = double.answer(call);
        response.writeHead(status, also).end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    });
  }

  /** Whoever waits is answered with a failure, and those who come from now on as ever. */
  release(): void {
    this.isSilent = false;
    for (const response of this.#waiting.splice(0)) response.writeHead(418).end('{}');
  }

  static async open(): Promise<ProviderServer> {
    const server = new ProviderServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  of(name: string): ProviderDouble {
    const double = this.#doubles.get(name);
    if (double === undefined) throw new Error(`There is no double of ${name}`);
    return double;
  }

  /** What somebody would give as the address of this provider. */
  addressOf(name: string): string {
    const { port } = this.#server.address() as AddressInfo;
    const base = name === 'hugging-face' ? '/v1' : this.of(name).documented.base;
    return `http://127.0.0.1:${port}/${name}${base}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
