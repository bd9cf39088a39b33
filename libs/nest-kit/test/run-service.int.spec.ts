import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { healthOperations } from '@keyledger/messaging';
import { continueTrace } from '@keyledger/telemetry';
import { CountModels, Crash, HoldForEver, HoldUntilStop } from './sample-service/operations.ts';
import { type LogRecord, ServiceProcess } from './service-process.ts';
import { Stage } from './stage.ts';

jest.setTimeout(30_000);

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

let stage: Stage;
let running: ServiceProcess[] = [];

beforeAll(async () => {
  stage = await Stage.open();
}, 60_000);
afterEach(async () => {
  await Promise.all(running.map((each) => each.kill()));
  running = [];
});
afterAll(() => stage.close());

const launch = (env: Record<string, string>, ...args: readonly string[]): ServiceProcess => {
  const service = new ServiceProcess(env, ...args);
  running.push(service);
  return service;
};

interface Answer {
  readonly status: number;
  readonly body: { readonly phase?: string; readonly components?: Record<string, unknown> };
}

const get = async (record: LogRecord, path: string): Promise<Answer> => {
  const response = await fetch(`${String(record['healthUrl'])}${path}`);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
};

/** Asks again and again until the answer has this status. The test's own time limit ends it. */
const answersWith = async (record: LogRecord, path: string, status: number): Promise<Answer> => {
  for (;;) {
    const answer = await get(record, path);
    if (answer.status === status) return answer;
  }
};

describe('--check-config', () => {
  it('accepts a good configuration without connecting anywhere', async () => {
    const nowhere = { NATS_URL: 'nats://127.0.0.1:1', DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' };
    const service = launch({ ...stage.env(), ...nowhere }, '--check-config');
    expect(await service.ended()).toBe(0);
    expect(service.output).toEqual(['configuration ok']);
  });

  it.each([[['--check-config']], [[]]])('names everything that is wrong and fails (%j)', async (args) => {
    const service = launch({ ...stage.env(), NATS_PASSWORD: '', HEALTH_PORT: 'high' }, ...args);
    expect(await service.ended()).toBe(1);
    expect(service.output).toEqual([
      'The configuration has 2 problems:',
      '  NATS_PASSWORD: expected text without spaces or quotes around it, found nothing',
      '  HEALTH_PORT: expected a whole number from 0 to 65535, found text',
    ]);
  });
});

describe('a service', () => {
  it('answers requests and tells its health and metrics', async () => {
    const service = launch(stage.env());
    const started = await service.logged('service is running');
    const up = { status: 'up' };
    expect(await get(started, '/health/ready')).toEqual({
      status: 200,
      body: {
        status: 'ready',
        service: 'registry',
        phase: 'running',
        components: { nats: up, 'nats-desk': up, postgres: up, 'event-store': up, 'event-log-readers': up },
      },
    });
    expect(await stage.ask(healthOperations('registry').GetHealth, {})).toEqual({
      isReady: true,
      parts: { nats: up, 'nats-desk': up, postgres: up, 'event-store': up, 'event-log-readers': up },
    });
    expect(await get(started, '/health/live')).toEqual({
      status: 200,
      body: { status: 'live', service: 'registry', runners: { first: 'running', second: 'running' } },
    });
    const metrics = await (await fetch(`${String(started['healthUrl'])}/metrics`)).text();
    expect(metrics).toContain('process_memory_usage');
    expect(metrics).toMatch(/^event_store_reading_delay\b.* \d/m);
    expect(await get(started, '/other')).toMatchObject({ status: 404 });
    expect(await stage.ask(CountModels, {})).toEqual({ count: 7 });
  });

  it('logs what should be changed in its configuration', async () => {
    const service = launch({ ...stage.env(), SAMPLE_WARNING: 'sample.verify is off' });
    expect(await service.logged('sample.verify is off')).toMatchObject({ level: 'warn' });
  });

  it('answers what it has accepted before it ends, and stops its runners in reverse; logs carry trace and correlation id', async () => {
    const service = launch(stage.env());
    await service.logged('service is running');
    const reply = continueTrace(`00-${TRACE_ID}-b7ad6b7169203331-01`, () => stage.ask(HoldUntilStop, {}, 'request-7'));
    expect(await service.logged('holding a request')).toMatchObject({ traceId: TRACE_ID, correlationId: 'request-7' });
    service.signal('SIGTERM');
    expect(await reply).toEqual({ answered: 'while stopping' });
    expect(await service.ended()).toBe(0);
    const messages = service.logs.map(({ msg }) => msg);
    expect(messages.filter((msg) => /runs$|ended$|^stopp/.test(msg))).toEqual([
      'first runs',
      'second runs',
      'stopping',
      'second ended',
      'first ended',
      'stopped',
    ]);
  });

  it('waits for NATS and PostgreSQL and says so', async () => {
    await stage.natsDoor.close();
    await stage.postgresDoor.close();
    const service = launch(stage.env());
    await service.logged('NATS cannot be reached yet, waiting for it');
    await stage.natsDoor.open();
    expect(await service.logged('waiting for a dependency')).toMatchObject({ dependency: 'PostgreSQL' });
    await stage.postgresDoor.open();
    await service.logged('dependency is there');
    await service.logged('service is running');
    expect(await stage.ask(CountModels, {})).toEqual({ count: 7 });
  });

  it('ends at once when it is stopped while it waits', async () => {
    await stage.natsDoor.close();
    const service = launch(stage.env());
    await service.logged('NATS cannot be reached yet, waiting for it');
    service.signal('SIGINT');
    expect(await service.ended()).toBe(0);
    await stage.natsDoor.open();
  });

  it('survives the loss of NATS: not ready, live, and back without a restart', async () => {
    const service = launch(stage.env());
    const started = await service.logged('service is running');
    await stage.natsDoor.close();
    const answer = await answersWith(started, '/health/ready', 503);
    expect(answer.body.components).toMatchObject({ nats: { status: 'down', reason: expect.any(String) } });
    expect(await get(started, '/health/live')).toMatchObject({ status: 200 });
    await stage.natsDoor.open();
    await answersWith(started, '/health/ready', 200);
    expect(await stage.ask(CountModels, {})).toEqual({ count: 7 });
  });

  it('survives the loss of PostgreSQL in the same way', async () => {
    const service = launch(stage.env());
    const started = await service.logged('service is running');
    await stage.postgresDoor.close();
    const answer = await answersWith(started, '/health/ready', 503);
    expect(answer.body.components).toMatchObject({ postgres: { status: 'down' }, nats: { status: 'up' } });
    await stage.postgresDoor.open();
    await answersWith(started, '/health/ready', 200);
    expect(await stage.ask(CountModels, {})).toEqual({ count: 7 });
  });

  it('ends by itself when something hangs, though not with success', async () => {
    const service = launch(stage.env());
    await service.logged('service is running');
    const reply = expect(stage.ask(HoldForEver, {})).rejects.toMatchObject({ code: 'deadline-exceeded' });
    await service.logged('holding a request');
    service.signal('SIGTERM');
    expect(await service.ended()).toBe(1);
    expect(service.logs.at(-1)).toMatchObject({ level: 'fatal', msg: 'stopping took too long' });
    await reply;
  });

  it('stops in order after an error that nobody caught, and does not show what it quotes', async () => {
    const service = launch(stage.env());
    await service.logged('service is running');
    await stage.ask(Crash, {}).catch(() => undefined);
    expect(await service.ended()).toBe(1);
    expect(service.logs.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining(['an error that nobody caught', 'stopping', 'second ended', 'first ended', 'stopped']),
    );
    expect(service.output.join('\n')).not.toContain('canary');
  });

  it('does not start with a wrong password, and does not show it', async () => {
    const wrong = new URL(stage.env()['DATABASE_URL'] ?? '');
    wrong.password = 'canary';
    const service = launch({ ...stage.env(), DATABASE_URL: wrong.href });
    expect(await service.ended()).toBe(1);
    expect(service.logs.at(-1)).toMatchObject({ level: 'fatal', msg: 'the service cannot run' });
    expect(service.output.join('\n')).not.toContain('canary');
  });
});
