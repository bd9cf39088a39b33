import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Telemetry } from '@keyledger/telemetry';
import type { Health } from './health.ts';

export interface HealthServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly health: Health;
  readonly telemetry: Telemetry;
}

export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

const route = async (
  { health, telemetry }: HealthServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  if (request.method !== 'GET' && request.method !== 'HEAD') return answer(response, 405, { error: 'Only GET' });
  switch (request.url?.split('?', 1)[0]) {
    case '/health/live': {
      const report = health.live();
      return answer(response, report.status === 'live' ? 200 : 503, report);
    }
    case '/health/ready': {
      const report = await health.ready();
      return answer(response, report.status === 'ready' ? 200 : 503, report);
    }
    case '/metrics':
      return telemetry.serveMetrics(request, response);
    default:
      return answer(response, 404, { error: 'Only /health/live, /health/ready and /metrics are here' });
  }
};

const listen = (server: Server, host: string, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        new Error(`Health and metrics cannot be served on ${host}:${port} (${cause.code ?? 'unknown error'})`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });

/** Serves health and metrics on a port of its own, from before the dependencies are there until they are closed. */
export const startHealthServer = async (options: HealthServerOptions): Promise<HealthServer> => {
  const server = createServer((request, response) => {
    route(options, request, response).catch(() => answer(response, 500, { error: 'Unexpected error' }));
  });
  await listen(server, options.host, options.port);
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
