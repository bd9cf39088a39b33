import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inRepository } from '@keyledger/testing';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import {
  removeDataDirectory,
  type ServiceSpec,
  type Stack,
  type StartedStack,
  type StackEvent,
  type StackOptions,
  startStack,
} from '../src/index.ts';

jest.setTimeout(60_000);

const entry = inRepository('infra/dev/test/example-service.ts');
const services: readonly ServiceSpec[] = [
  { name: 'vault', entry, migrations: undefined, variables: ['EXAMPLE_FAILS'] },
  { name: 'delivery', entry, migrations: undefined, variables: [] },
  { name: 'gateway', entry, variables: [] },
];

const newDirectory = () => mkdtempSync(path.join(tmpdir(), 'keyledger-stack-'));

const start = (dataDirectory: string, options: Partial<StackOptions> = {}) =>
  startStack({
    dataDirectory,
    ports: 'free',
    isDurable: false,
    environment: { PATH: process.env.PATH },
    services,
    ...options,
  });

const ask = async (stack: Stack, replica: string, pathname: string): Promise<string> => {
  const port = stack.replicas.find(({ name }) => name === replica)?.healthPort;
  return (await fetch(`http://127.0.0.1:${port}${pathname}`)).text();
};

const environmentOf = async (stack: Stack, replica: string) =>
  JSON.parse(await ask(stack, replica, '/environment')) as NodeJS.ProcessEnv;

const queryAsAdmin = async (stack: Stack, sql: string): Promise<unknown[]> => {
  const client = new pg.Client({ connectionString: stack.postgresUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('a running stack', () => {
  const directory = newDirectory();
  const events: StackEvent[] = [];
  let stack: Stack;

  beforeAll(async () => {
    process.env.LITELLM_API_KEY = 'canary';
    ({ stack } = await start(directory, { scale: { vault: 2 }, tell: (event) => events.push(event) }));
    delete process.env.LITELLM_API_KEY;
  });

  afterAll(async () => {
    await stack.stop();
    removeDataDirectory(directory);
  });

  it('runs every replica with a health port of its own', async () => {
    expect(stack.names).toEqual(['postgres', 'nats', 'vault', 'vault/2', 'delivery', 'gateway']);
    await expect(ask(stack, 'vault/2', '/health/ready')).resolves.toContain('up');
  });

  it('has a database with the event store and a schema per service', async () => {
    const rows = await queryAsAdmin(
      stack,
      "select nspname from pg_namespace where nspname in ('event_store', 'vault')",
    );
    expect(rows).toHaveLength(2);
  });

  it('gives each service its own role, and the gateway none', async () => {
    await expect(ask(stack, 'vault', '/database-url')).resolves.toMatch(/^postgres:\/\/keyledger_vault:/);
    await expect(environmentOf(stack, 'gateway')).resolves.not.toHaveProperty('DATABASE_URL_FILE');
  });

  it('tells a secret only to the service that needs it', async () => {
    const [vault, gateway] = [await environmentOf(stack, 'vault'), await environmentOf(stack, 'gateway')];
    expect(vault).toMatchObject({ LITELLM_BASE_URL: stack.litellm?.url, NATS_USER: 'vault' });
    expect(vault.KEYLEDGER_SECRET_KEY_FILE).toContain('secret-key');
    expect(vault).not.toHaveProperty('ADMIN_PASSWORD_FILE');
    expect(gateway.ADMIN_PASSWORD_FILE).toContain('admin-password');
    expect(gateway).not.toHaveProperty('KEYLEDGER_SECRET_KEY_FILE');
    expect(gateway).not.toHaveProperty('LITELLM_API_KEY_FILE');
  });

  it('tells PostgreSQL and NATS nothing of what it was told itself', () => {
    for (const name of ['postgres', 'nats'])
      expect(readFileSync(`/proc/${stack.pidOf(name)}/environ`, 'utf8')).not.toContain('canary');
  });

  it('keeps secrets in files that only their owner reads', () => {
    const modes = readdirSync(stack.data.secrets, { withFileTypes: true })
      .filter((file) => file.isFile())
      .map(({ name }) => statSync(path.join(stack.data.secrets, name)).mode & 0o777);
    expect(new Set(modes)).toEqual(new Set([0o600]));
    expect(statSync(stack.data.secrets).mode & 0o777).toBe(0o700);
  });

  it('catches the mail of the services', async () => {
    const { SMTP_HOST, SMTP_PORT } = await environmentOf(stack, 'delivery');
    const transport = createTransport({ host: SMTP_HOST, port: Number(SMTP_PORT) });
    await transport.sendMail({ from: 'a@example.com', to: 'b@example.com', subject: 'hello', text: 'x' });
    await expect(stack.mailbox.received(({ subject }) => subject === 'hello')).resolves.toBeDefined();
  });

  it.each(['vault', 'postgres', 'nats'])('starts %s again when it is killed, and says so', async (name) => {
    const before = stack.pidOf(name);
    events.length = 0;
    await stack.kill(name);
    await stack.whenReady();
    expect(stack.pidOf(name)).not.toBe(before);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'ended', part: name, cause: 'SIGKILL' }));
    expect(events).toContainEqual(expect.objectContaining({ kind: 'ready', part: name, again: true }));
  });

  it('leaves a part down that was paused, until it is resumed', async () => {
    await stack.pause('vault');
    expect(stack.pidOf('vault')).toBeUndefined();
    await stack.resume('vault');
    await expect(ask(stack, 'vault', '/health/ready')).resolves.toContain('up');
  });

  it('runs more replicas, and fewer, when told so', async () => {
    await stack.scale('vault', 3);
    await expect(ask(stack, 'vault/3', '/health/ready')).resolves.toContain('up');
    const pid = stack.pidOf('vault/3') ?? 0;
    await stack.scale('vault', 1);
    expect(stack.names).toEqual(['postgres', 'nats', 'vault', 'delivery', 'gateway']);
    expect(isAlive(pid)).toBe(false);
  });

  it('refuses a second stack on the same data', async () => {
    await expect(start(directory)).rejects.toThrow(
      /runs already with the data in .* \(process \d+, http:\/\/localhost/,
    );
  });
});

describe('a stack whose servers hang', () => {
  const directory = newDirectory();
  const events: StackEvent[] = [];
  let stack: Stack;

  beforeAll(async () => {
    const pace = { everyMs: 500, misses: 3 };
    ({ stack } = await start(directory, { pace, tell: (event) => events.push(event) }));
  });

  afterAll(async () => {
    await stack.stop();
    removeDataDirectory(directory);
  });

  it.each(['nats', 'postgres'])('replaces %s, and says so', async (name) => {
    const before = stack.pidOf(name);
    await stack.kill(name, 'SIGSTOP');
    await stack.whenReady();
    expect(stack.pidOf(name)).not.toBe(before);
    expect(events.filter((event) => event.kind === 'hung')).toEqual([
      expect.objectContaining({ part: name, cause: expect.stringContaining('no answer to 3 questions in a row') }),
    ]);
    events.length = 0;
  });
});

describe('a stack that was stopped', () => {
  const directory = newDirectory();
  let first: StartedStack;
  let pids: number[];
  let current: StartedStack | undefined;

  beforeAll(async () => {
    first = await start(directory);
    pids = first.stack.names.map((name) => first.stack.pidOf(name) ?? 0);
    await queryAsAdmin(first.stack, 'create table kept (id int)');
    await first.stack.stop();
  });

  afterEach(() => current?.stack.stop());
  afterAll(() => removeDataDirectory(directory));

  it('leaves no process and no lock', () => {
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(path.join(directory, 'stack.lock'))).toBe(false);
  });

  it('finds its data again', async () => {
    current = await start(directory);
    expect(first.adminPassword?.value).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    expect(current.adminPassword).toEqual({ ...first.adminPassword, isNew: false });
    await expect(queryAsAdmin(current.stack, 'select * from kept')).resolves.toEqual([]);
  });

  it('forgets it when told to', async () => {
    current = await start(directory, { reset: true });
    expect(current.adminPassword?.isNew).toBe(true);
    await expect(queryAsAdmin(current.stack, 'select * from kept')).rejects.toThrow('does not exist');
  });
});

describe('a stack that cannot start', () => {
  const directory = newDirectory();

  afterEach(() => removeDataDirectory(directory));

  it('shows the last words of the service, and ends what it had started', async () => {
    const environment = { PATH: process.env.PATH, EXAMPLE_FAILS: 'at once' };
    await expect(start(directory, { environment })).rejects.toThrow(/the example cannot start/);
    expect(existsSync(path.join(directory, 'stack.lock'))).toBe(false);
  });

  it("touches nothing in somebody else's directory, also not to forget it", async () => {
    const foreign = newDirectory();
    mkdirSync(path.join(foreign, 'postgres'));
    await expect(start(foreign, { reset: true })).rejects.toThrow("holds files that are not Keyledger's");
    expect(readdirSync(foreign)).toEqual(['postgres']);
    rmSync(foreign, { recursive: true });
  });

  it('has told what should be changed in the configuration', async () => {
    const environment = { PATH: process.env.PATH, ADMIN_PASSWORD: 'change-me', EXAMPLE_FAILS: 'at once' };
    const events: StackEvent[] = [];
    await expect(start(directory, { environment, tell: (event) => events.push(event) })).rejects.toThrow();
    const message = 'admin.password is the one of the sample file; choose another';
    expect(events).toContainEqual({ kind: 'warning', message });
  });

  it('says what is wrong with the configuration before it starts anything', async () => {
    const environment = { PATH: process.env.PATH, APPROVAL_QUEUE_INTERVAL: 'soon' };
    await expect(start(directory, { environment })).rejects.toThrow(/APPROVAL_QUEUE_INTERVAL/);
  });
});
