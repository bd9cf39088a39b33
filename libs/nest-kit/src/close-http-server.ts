import type { Server } from 'node:http';

/** Requests that run get this long; streams that never end by themselves are cut then. */
const GRACE_MS = 3_000;

/** Takes no new connections, waits for the requests that run, and cuts what is left after a grace period. */
export const closeHttpServer = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
};
