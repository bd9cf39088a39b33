import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback.ts';

/** `…-after-commit`: the work is done and the answer never comes. */
export type StandInFault = 'error-500' | 'drop' | 'drop-after-commit';

export interface StandInRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingHttpHeaders;
}

export interface StandInReply {
  readonly status: number;
  readonly body: unknown;
}

/** By method and path, for example `GET /keys/{hash}`. */
export type Routes = Readonly<Record<string, (request: StandInRequest) => StandInReply>>;

/** An answer that ends the work of a request. */
export class StandInError extends Error {
  override readonly name = 'StandInError';
  readonly reply: StandInReply;

  constructor(status: number, body: unknown) {
    super(`status ${status}`);
    this.reply = { status, body };
  }
}

export interface JsonServer {
  readonly url: string;
  /** Makes the next request of this route go wrong. */
  failNext(route: string, fault: StandInFault): void;
  /** Requests in their order, as `GET /keys?offset=0`. */
  requests(): readonly string[];
  stop(): Promise<void>;
}

const LARGEST_BODY = 1_000_000;

const readBody = async (request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> => {
  let text = '';
  for await (const chunk of request as AsyncIterable<Buffer>) {
    text += chunk.toString();
    if (text.length > LARGEST_BODY) throw new Error('body too large');
  }
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
};

const matcher = (route: string): ((call: string) => Readonly<Record<string, string>> | undefined) => {
  const pattern = new RegExp(`^${route.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return (call) => {
    const found = pattern.exec(call);
    return found === null ? undefined : { ...found.groups };
  };
};

/** Answers routes over HTTP on the loopback interface, with faults to order. */
export const startJsonServer = async (routes: Routes, notFound: StandInReply): Promise<JsonServer> => {
  const matchers = Object.entries(routes).map(([route, answer]) => ({ route, answer, match: matcher(route) }));
  const faults: { route: string; fault: StandInFault }[] = [];
  const requests: string[] = [];

  const take = (route: string): StandInFault | undefined => {
    const index = faults.findIndex((each) => each.route === route);
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.fault;
  };

  const reply = async (request: IncomingMessage): Promise<StandInReply | undefined> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://stand-in');
    requests.push(`${request.method} ${request.url}`);
    const body = await readBody(request);
    for (const { route, answer, match } of matchers) {
      const params = match(`${request.method} ${pathname}`);
      if (params === undefined) continue;
      const fault = take(route);
      if (fault === 'drop') return undefined;
      if (fault === 'error-500')
        return { status: 500, body: { error: { code: 500, message: 'Internal Server Error' } } };
      const work = (): StandInReply => answer({ params, query, body, headers: request.headers });
      try {
        const done = work();
        return fault === 'drop-after-commit' ? undefined : done;
      } catch (error) {
        if (error instanceof StandInError) return error.reply;
        throw error;
      }
    }
    return notFound;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await reply(request);
    if (answer === undefined) response.destroy();
    else response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  };

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const { url, stop } = await listenOnLoopback(server);
  return {
    url,
    failNext: (route, fault) => faults.push({ route, fault }),
    requests: () => requests,
    stop,
  };
};
