import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { isAppError } from '@keyledger/errors';
import { newId } from '@keyledger/event-sourcing';
import { servicePrincipal } from '@keyledger/messaging';
import { startThrowAwayPostgres } from '@keyledger/testing';
import { disguisesOf } from './haystack.ts';
import {
  admin,
  asking,
  delivery as deliveryService,
  newRecipient,
  submissionOf,
  type VaultClient,
} from './vault-client.ts';
import { startVaultStack, type VaultStack } from './vault-stack.ts';

jest.setTimeout(90_000);

const CANARY = `sk-canary-${randomBytes(32).toString('base64url')}`;
const JWE = /eyJ[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+/;

/** A server of its own, since it is brought down. */
describe('a reveal', () => {
  const resources = new AsyncDisposableStack();
  const traffic: string[] = [];
  let server: Awaited<ReturnType<typeof startThrowAwayPostgres>>;
  let stack: VaultStack;
  let database: pg.Client;
  let gateway: VaultClient;
  let delivery: VaultClient;
  let secretId: string;
  let leaseId: string;

  beforeAll(async () => {
    server = await startThrowAwayPostgres();
    resources.defer(() => server.stop());
    process.env.TEST_POSTGRES_URL = server.adminUrl;
    stack = await startVaultStack();
    await stack.startReplica();
    database = new pg.Client({ connectionString: stack.database.adminUrl });
    database.on('error', () => undefined);
    await database.connect();
    [gateway, delivery] = [await stack.clientOf('gateway'), await stack.clientOf('delivery')];
    ({ leaseId } = await stack.approve());
    await stack.heard.until(leaseId, 'LeaseIssued');
    const sealed = { label: 'Canary', submission: await submissionOf(gateway, CANARY) };
    const reply = await gateway.SealSecret(sealed, asking(admin));
    if (reply.outcome === 'refused') throw new Error(reply.message);
    secretId = reply.result.secretId;
    const witness = await stack.connect('admin');
    witness.subscribe('>', { callback: (_error, message) => void traffic.push(message.string()) });
    await witness.flush();
  });

  beforeEach(() => void traffic.splice(0));

  afterAll(async () => {
    await stack.stopReplicas();
    await database.end().catch(() => undefined);
    await stack.close().catch(() => undefined); // the database cannot be dropped any more
    await resources.disposeAsync();
  });

  const wish = () => ({ grantId: newId(), recipientKey: newRecipient().publicKey });
  const reason = 'To see that nothing is shown';

  /** Both ways by which a key leaves the vault. */
  const reveals = (timeoutMs: number): readonly Promise<unknown>[] => [
    gateway.RevealSecret({ ...wish(), secretId, purpose: 'break-glass', reason }, asking(admin, { timeoutMs })),
    delivery.RevealLease({ ...wish(), leaseId, purpose: 'delivery' }, asking(deliveryService, { timeoutMs })),
  ];

  const faultsOf = (asked: readonly Promise<unknown>[]): Promise<readonly unknown[]> =>
    Promise.all(
      asked.map((answer) =>
        answer.then(
          (reply) => reply,
          (error: unknown) => (isAppError(error) ? error.code : error),
        ),
      ),
    );

  const recorded = async (): Promise<number> => {
    const { rows } = await database.query<{ count: string }>(
      `select count(*) from event_store.events where type = 'SecretRevealed'`,
    );
    return Number(rows[0]?.count);
  };

  const nothingWasShown = (): void => {
    const heard = traffic.join('\n');
    expect(heard).toContain(secretId);
    expect(heard).not.toMatch(JWE);
    for (const disguise of disguisesOf(CANARY).values()) expect(heard).not.toContain(disguise);
  };

  /** Sessions begin anew, with the settings of now. */
  const endSessions = () =>
    database.query(`select pg_terminate_backend(pid) from pg_stat_activity where usename = 'keyledger_vault'`);

  it('fails with a type while the event store is slow, and nothing is shown', async () => {
    await database.query('begin');
    await database.query('lock table event_store.events in exclusive mode');
    expect(await faultsOf(reveals(1_500))).toEqual(['deadline-exceeded', 'deadline-exceeded']);
    nothingWasShown();
    await database.query('rollback');
    // What waited is recorded now; its answer, if there still is one, goes to nobody.
    while ((await recorded()) < 2);
    await gateway.GetHealth({}, asking(servicePrincipal('gateway')));
  });

  it('fails with a type while the event store is read-only, and nothing is shown', async () => {
    const before = await recorded();
    await database.query('alter role keyledger_vault set default_transaction_read_only = on');
    await endSessions();
    expect(await faultsOf(reveals(10_000))).toEqual(['unavailable', 'unavailable']);
    nothingWasShown();
    expect(await recorded()).toBe(before);
    await database.query('alter role keyledger_vault reset default_transaction_read_only');
    await endSessions();
  });

  it('fails with a type while the event store is down, and nothing is shown', async () => {
    await server.stop();
    const faults = await faultsOf(reveals(10_000));
    expect(faults).toEqual(['unavailable', 'unavailable']);
    nothingWasShown();
  });
});
