import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback, type Loopback } from '../stand-in/loopback.ts';
import type { MailStore } from './mail-store.ts';
import { framePolicy, mailboxPage, messageFrame, pagePolicy } from './mailbox-page.ts';

/** The page and its JSON API, on the loopback interface. */
export const startMailboxHttp = (port: number | undefined, store: MailStore): Promise<Loopback> => {
  const server = createServer((request, response) => {
    serve(store, request, response).catch(() => response.destroy());
  });
  return listenOnLoopback(server, port);
};

const serve = async (store: MailStore, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { pathname } = new URL(request.url ?? '/', 'http://mailbox');
  const [, area, name, id] = pathname.split('/').map(decodeURIComponent);
  if (!isLocalName(request.headers.host)) return json(response, 403, { error: 'Open this page by its local address' });
  switch (`${request.method} ${[area, area === 'api' ? name : undefined].filter(Boolean).join('/')}`) {
    case 'GET ':
      return html(response, mailboxPage, pagePolicy);
    case 'GET messages': {
      const message = store.find(name ?? '');
      return message
        ? html(response, messageFrame(message.html), framePolicy)
        : json(response, 404, { error: 'No such mail' });
    }
    case 'GET api/messages':
      return id === undefined
        ? json(response, 200, { messages: store.all() })
        : json(response, store.find(id) ? 200 : 404, store.find(id) ?? { error: 'No such mail' });
    case 'DELETE api/messages':
      if (id === undefined) store.clear();
      else store.delete(id);
      response.writeHead(204).end();
      return;
    case 'GET api/events':
      return events(store, request, response);
    default:
      return json(response, 404, { error: 'Not found' });
  }
};

/** A name of somebody else's that leads here would let their page read the mails. */
const isLocalName = (host: string | undefined): boolean => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? '');

const events = async (store: MailStore, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const closed = new AbortController();
  response.once('close', () => closed.abort());
  request.socket.setTimeout(0);
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for await (const _ of store.changes(closed.signal)) response.write('data: changed\n\n');
};

const html = (response: ServerResponse, body: string, policy: string): void => {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': policy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
  response.writeHead(200, headers).end(body);
};

const json = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
