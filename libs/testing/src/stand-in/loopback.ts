import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a server of a test listens. */
export interface Loopback {
  readonly port: number;
  readonly url: string;
  /** Ends connections as well, whether they were answered or not. May be repeated. */
  stop(): Promise<void>;
}

/** Lets an HTTP server listen on the loopback address, at a free port unless one is given. */
export const listenOnLoopback = async (server: Server, wantedPort = 0): Promise<Loopback> => {
  server.listen(wantedPort, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
};
