import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { type DeliveryStack, startStack } from './delivery-stack.ts';
import { askAs, claimant, email, leaseIssued, newRecipientKey, tokenIn } from './examples.ts';

jest.setTimeout(120_000);

const repository = fileURLToPath(new URL('../../../', import.meta.url));

let stack: DeliveryStack;
let admin: pg.Client;
let child: ChildProcess | undefined;

beforeAll(async () => {
  stack = await startStack();
  admin = new pg.Client({ connectionString: stack.database.adminUrl });
  await admin.connect();
});

afterAll(async () => {
  child?.kill('SIGKILL');
  await admin.end();
  await stack.stop();
});

const startProcess = (): ChildProcess => {
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  return spawn(
    process.execPath,
    [
      '--conditions=@keyledger/source',
      '--import',
      `${repository}tools/swc-register.mjs`,
      `${repository}services/delivery/src/main.ts`,
    ],
    { env: { ...inherited, ...stack.env }, stdio: 'ignore' },
  );
};

const mails = () => stack.mailbox.messages().filter(({ to }) => to.includes(email));

// The event comes back when JetStream has heard nothing of it for half a minute, so that this takes as long.
it('a process killed between sending and recording leaves one mail and one working link', async () => {
  child = startProcess();
  const killed = once(child, 'exit');
  stack.mailbox.faults.add({ do: 'reject-4xx' });
  await stack.leaseIssued(leaseIssued());
  await stack.published(({ type }) => type === 'DeliveryStarted');

  // From here on nothing can be recorded, while everything can be read: the mail goes out and stays unrecorded.
  const { rows } = await stored();
  expect(rows).toEqual(['DeliveryStarted', 'DeliveryAttemptFailed']);
  await stack.mailbox.received(({ to }) => to.includes(email));
  child.kill('SIGKILL');
  await killed;
  await admin.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where usename = 'keyledger_delivery' and datname = current_database()`,
  );
  await admin.query('rollback');

  await stack.startReplica();
  await stack.published(({ type }) => type === 'DeliverySucceeded');
  expect(mails()).toHaveLength(2);
  expect(new Set(mails().map(({ text, html, headers }) => JSON.stringify([text, html, headers]))).size).toBe(1);
  const open = () => {
    const token = tokenIn(mails()[0]?.text ?? '');
    return stack.client.OpenLink({ token, recipientKey: newRecipientKey() }, askAs(claimant));
  };
  expect((await open()).outcome).toBe('accepted');
  expect(await open()).toMatchObject({ outcome: 'refused', code: 'link-already-opened' });
});

/** Waits until the first attempt is recorded and shuts the table for writers in the second before the next. */
const stored = async (): Promise<{ rows: readonly string[] }> => {
  for (;;) {
    await admin.query('begin');
    await admin.query('lock table event_store.events in exclusive mode');
    const { rows } = await admin.query<{ type: string }>('select type from event_store.events order by revision');
    if (rows.length >= 2) return { rows: rows.map(({ type }) => type) };
    await admin.query('rollback');
  }
};
