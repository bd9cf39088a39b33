// A process under test: asks PostgreSQL inside a span, once with success and once without.
import pg from 'pg';
import { startTelemetry, withSpan } from '../src/index.ts';

const telemetry = startTelemetry('sample');
const client = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
await client.connect();
await withSpan('ask', {}, async () => {
  await client.query('select $1::text', ['canary']);
  await client.query('select $1::int', ['canary']).catch(() => undefined);
});
await client.end();
await telemetry.shutdown();
