import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Posts JSON over connections that stay open: the least that a client needs, so that little of it is measured. */
export class HttpClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true });

  async post(url: URL, body: string): Promise<string> {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const call = request(url, { method: 'POST', agent: this.#agent, headers }, (response) => {
        text(response).then((answer) => {
          if (response.statusCode === 200) resolve(answer);
          else reject(new Error(`${url.pathname} answered ${response.statusCode}: ${answer.slice(0, 300)}`));
        }, reject);
      });
      call.once('error', reject);
      call.end(body);
    });
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
