import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** `silence`: nothing after the first byte. `flood`: as much as is taken. */
export type Endless = 'silence' | 'flood';

/** Begins an answer with status 200 that has no end. */
export const neverEnd = (response: ServerResponse, how: Endless): void => {
  response.on('error', () => undefined).writeHead(200, { 'content-type': 'application/json' });
  if (how === 'silence') response.write(' ');
  else
    Readable.from(flood())
      .on('error', () => undefined)
      .pipe(response);
};

function* flood() {
  for (;;) yield ' '.repeat(1 << 16);
}
