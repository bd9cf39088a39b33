import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readMessagingConfig } from '@keyledger/config';
import { EVENT_STORE } from '@keyledger/event-sourcing';
import { createLogger } from '@keyledger/telemetry';
import { Body, Controller, type DynamicModule, Get, Inject, Module, Post, Res } from '@nestjs/common';
import {
  aborted,
  type Health,
  HEALTH,
  PG_POOL,
  type RunningService,
  type ServiceConfig,
  type ServiceDefinition,
  startService,
  STOPPING,
} from '../src/index.ts';
import { Stage } from './stage.ts';

jest.setTimeout(30_000);

let stage: Stage;
let service: RunningService | undefined;
const lines: string[] = [];
const arrived = Promise.withResolvers<void>();

@Controller()
class Pages {
  constructor(
    @Inject(HEALTH) private readonly health: Health,
    @Inject(STOPPING) private readonly stopping: AbortSignal,
  ) {}

  @Get('health')
  ready(): ReturnType<Health['ready']> {
    return this.health.ready();
  }

  /** Answers with a header at once, and ends when the service stops. */
  @Get('stream')
  async stream(@Res() response: ServerResponse): Promise<void> {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': hello\n\n');
    await aborted(this.stopping);
    response.end('event: bye\n\n');
  }

  @Post('slow')
  async slow(@Body() body: { key: string }): Promise<{ length: number }> {
    arrived.resolve();
    await aborted(this.stopping);
    return { length: body.key.length };
  }

  @Post('broken')
  broken(@Body() body: { key: string }): never {
    throw new TypeError(`cannot use ${body.key.slice(0, 2)}`);
  }
}

@Module({})
class PagesModule {}

const definition: ServiceDefinition<ServiceConfig> = {
  readConfig: () => ({ platform: readMessagingConfig(stage.env('gateway'), 'gateway') }),
  module: (_config: ServiceConfig, platform: DynamicModule) => ({
    module: PagesModule,
    imports: [platform],
    controllers: [Pages],
  }),
  http: {
    address: () => ({ host: '127.0.0.1', port: 0 }),
    configure: (app) => void app.use('/first', (_request: unknown, response: ServerResponse) => response.end('first')),
  },
};

const start = async (): Promise<RunningService> => {
  const logger = createLogger({
    service: 'gateway',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  service = await startService('gateway', definition, definition.readConfig(), { logger });
  return service;
};

const post = (url: string | undefined, body: object): Promise<Response> =>
  fetch(url ?? '', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => service?.stop());
afterAll(() => stage.close());

describe('a service with a port for users', () => {
  it('serves pages beside its health, without stores', async () => {
    const { app, url, healthUrl } = await start();
    expect(await (await fetch(`${url}/first`)).text()).toBe('first');
    expect(await (await fetch(`${url}/health`)).json()).toEqual({
      status: 'ready',
      service: 'gateway',
      phase: 'running',
      components: { nats: { status: 'up' } },
    });
    expect((await fetch(`${healthUrl}/health/ready`)).status).toBe(200);
    expect(() => app.get(PG_POOL)).toThrow();
    expect(() => app.get(EVENT_STORE)).toThrow();
  });

  it('answers what it has accepted and ends streams before it is stopped', async () => {
    const { url, stop } = await start();
    const stream = await fetch(`${url}/stream`);
    const slow = post(`${url}/slow`, { key: 'canary' });
    await arrived.promise;
    await Promise.all([stop(), stop()]);
    expect(await (await slow).json()).toEqual({ length: 6 });
    expect(await stream.text()).toBe(': hello\n\nevent: bye\n\n');
    await expect(fetch(`${url}/first`)).rejects.toThrow('fetch failed');
  });

  it('logs failures without bodies, and does not tell users what failed', async () => {
    const { url } = await start();
    const answer = await post(`${url}/broken`, { key: 'canary' });
    expect(answer.status).toBe(500);
    expect(await answer.json()).toEqual({ statusCode: 500, message: 'Internal server error' });
    expect(lines.join('')).toContain('cannot use ca');
    expect(lines.join('')).not.toContain('canary');
  });
});
