import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

/** Stands for a service in specs of the stack: reports ready, shows its environment, logs a line, ends on SIGTERM. */
const { HEALTH_PORT, DATABASE_URL_FILE, EXAMPLE_FAILS } = process.env;
if (EXAMPLE_FAILS === 'at once') throw new Error('the example cannot start');

const server = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  if (request.url === '/environment') response.end(JSON.stringify(process.env));
  else if (request.url === '/database-url') response.end(readFileSync(DATABASE_URL_FILE ?? '', 'utf8'));
  else response.end('{"status":"up"}');
});
server.listen(Number(HEALTH_PORT), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ level: 30, time: Date.now(), msg: 'listening' })}\n`);
});
process.on('SIGTERM', () => {
  server.closeAllConnections();
  server.close();
});
