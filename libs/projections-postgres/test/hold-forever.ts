import { positionOf } from '@keyledger/event-sourcing';
import pg from 'pg';
import { postgresCheckpointStore } from '../src/index.ts';

/** A replica as a process of its own: saves one checkpoint, says so, and holds the right until it is killed. */
const [databaseUrl, processor = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: databaseUrl });
const { signal } = new AbortController();
await postgresCheckpointStore({ pool, holder: `process ${process.pid}` }).hold(processor, signal, async (held) => {
  await held.save({ position: positionOf('41') });
  process.stdout.write('holding\n');
  await new Promise(() => undefined);
});
