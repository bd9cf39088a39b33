import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Client } from 'pg';
import { asking, requester } from './approval-client.ts';
import { type ApprovalStack, startApprovalStack } from './approval-stack.ts';

jest.setTimeout(60_000);

const email = 'ada@example.com';
const root = fileURLToPath(new URL('../../..', import.meta.url));
const args = [
  '--conditions=@keyledger/source',
  '--import',
  path.join(root, 'tools/swc-register.mjs'),
  path.join(root, 'services/approval/src/main.ts'),
];

/** Writes of this type wait for the lock that the test holds. */
const GATE = `
  create function public.wait_at_the_gate() returns trigger language plpgsql as $$
  begin
    perform pg_advisory_xact_lock(4711);
    return new;
  end $$;
  create trigger gate before insert on event_store.events
    for each row when (new.type = 'KeyRequestSubmitted') execute function public.wait_at_the_gate();`;

describe('a process that is killed while it writes a request', () => {
  let stack: ApprovalStack;
  let gatekeeper: Client;
  let directory: string;
  let replica: ChildProcess;

  beforeAll(async () => {
    stack = await startApprovalStack([{ name: 'whitelist', config: { list: ['*'] }, onError: 'retry', line: 1 }]);
    directory = mkdtempSync(path.join(tmpdir(), 'approval-kill-'));
    writeFileSync(
      path.join(directory, 'keyledger.yaml'),
      'approval_plugins:\n  - name: whitelist\n    config:\n      list: ["*"]\n',
    );
    gatekeeper = new Client({ connectionString: stack.database.adminUrl });
    await gatekeeper.connect();
    await gatekeeper.query(GATE);
  });

  afterAll(async () => {
    await gatekeeper.end();
    await stack.close();
    rmSync(directory, { recursive: true });
  });

  beforeEach(async () => {
    await gatekeeper.query('select pg_advisory_lock(4711)');
    replica = await startProcess();
  });

  afterEach(async () => {
    replica.kill('SIGKILL');
    await stack.stopReplicas();
  });

  const startProcess = async (): Promise<ChildProcess> => {
    const { PATH = '' } = process.env;
    const env = { PATH, ...stack.environment, CONFIG_FILE: path.join(directory, 'keyledger.yaml') };
    const started = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const line of createInterface({ input: started.stdout })) {
      if (line.includes('service is running')) break;
    }
    return started;
  };
  const kill = async () => {
    const exited = new Promise((resolve) => replica.once('exit', (_code, signal) => resolve(signal)));
    replica.kill('SIGKILL');
    expect(await exited).toBe('SIGKILL');
  };
  /** The database process that waits at the gate. */
  const waiting = async (): Promise<number> => {
    for (;;) {
      const { rows } = await gatekeeper.query<{ pid: number }>(
        `select pid from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`,
      );
      if (rows[0] !== undefined) return rows[0].pid;
    }
  };
  const submit = (modelId: string, timeoutMs = 10_000) =>
    stack.client.SubmitKeyRequest(
      { email, modelId, delivery: { channel: 'emailLink' }, idempotencyKey: modelId },
      asking(requester(email), { timeoutMs }),
    );
  const stored = async (modelId: string) => {
    const { rows } = await gatekeeper.query<{ type: string; stream: string }>(
      `select type, stream from event_store.events
       where data->>'modelId' = $1 or type = 'SlotTaken' and data->>'requestId' in
         (select data->>'requestId' from event_store.events where data->>'modelId' = $1)
       order by tx, position`,
      [modelId],
    );
    return rows.map(({ type }) => type);
  };

  it.each([
    ['nothing of it was written', true],
    ['it was written all the same', false],
  ])('leaves one request behind, with the code of its submitter, when %s', async (modelId, isLost) => {
    const unheard = submit(modelId, 2_000).catch((error: unknown) => error);
    const pid = await waiting();
    await kill();
    if (isLost) await gatekeeper.query('select pg_terminate_backend($1, 5000)', [pid]);
    await gatekeeper.query('select pg_advisory_unlock(4711)');

    await stack.startReplica();
    const again = await submit(modelId);
    if (again.outcome === 'refused') throw new Error(again.message);
    expect(again).toMatchObject({
      outcome: isLost ? 'accepted' : 'ignored',
      result: { claimCode: expect.any(String) },
    });
    const { requestId = '', claimCode = '' } = again.result;
    await stack.heard.untilTypeOf(requestId, 'KeyRequestApproved');
    expect(await stored(modelId)).toEqual([
      'SlotTaken',
      'KeyRequestSubmitted',
      'KeyRequestEvaluated',
      'KeyRequestApproved',
    ]);
    expect(await stack.client.ProveClaim({ requestId, code: claimCode }, asking(requester(email)))).toMatchObject({
      outcome: 'accepted',
    });
    expect(await unheard).toMatchObject({ code: 'deadline-exceeded' });
  });
});
