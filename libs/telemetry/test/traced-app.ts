// A process under test: serves one page that calls another one, logs, counts, and ends.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { continueTrace, counter, createLogger, currentTraceparent, startTelemetry, withSpan } from '../src/index.ts';

const logger = createLogger({ service: 'sample' });
const telemetry = startTelemetry('sample');
const served = counter({ name: 'sample.page.served', description: 'Pages', attributes: ['page'] });

const server = createServer((request, response) => {
  const { url = '', headers } = request;
  void continueTrace(headers.traceparent as string | undefined, async () => {
    served.add(1, { page: url.split('?')[0] ?? '' });
    if (url.startsWith('/outer')) {
      const { port } = server.address() as AddressInfo;
      logger.info({ apiKey: 'canary', text: 'sk-canary0123456789' }, 'outer page');
      await withSpan('work', { step: 'one', note: 'sk-canary0123456789' }, () =>
        fetch(`http://127.0.0.1:${port}/inner?key=canary`),
      );
    }
    response.end(currentTraceparent() ?? 'none');
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  const get = async (path: string, headers = {}) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).text();
  void (async () => {
    await get('/health/live');
    const answer = await get('/outer?token=canary', {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    process.stderr.write(`${answer}\n`);
    await telemetry.shutdown();
    server.close();
    server.closeAllConnections();
  })();
});
