import type { Server } from 'node:http';

/** Requests that run get this long; streams that never end by themselves are cut then. */
const GRACE_MS = 3_000;

/** How often connections are looked at: one that has got its answer stays open for the next request otherwise. */
const LOOK_MS = 50;

/** Takes no new connections, waits for the requests that run, and cuts what is left after a grace period. */
export const closeHttpServer = async (server: Server): Promise<void> => {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const idle = setInterval(() => server.closeIdleConnections(), LOOK_MS);
  const late = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
};
