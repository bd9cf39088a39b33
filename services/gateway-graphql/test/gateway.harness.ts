import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { systemClock } from '@keyledger/event-sourcing';
import { platformModule } from '@keyledger/nest-kit';
import { createLogger } from '@keyledger/telemetry';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { EventFanOut } from '../src/application/event-fan-out.ts';
import { SESSION_REGISTER } from '../src/application/ports/session-register.port.ts';
import { FakeSessionRegister } from '../src/application/ports/testing/session-register.fake.ts';
import { type GatewayConfig, readConfig } from '../src/config.ts';
import { gatewayModule } from '../src/gateway.module.ts';
import { configureHttp } from '../src/http/configure-http.ts';
import { EVENT_FAN_OUT } from '../src/tokens.ts';
import { FakeServices } from './fake-services.ts';

export const ADMIN = 'root';
export const PASSWORD = 'correct horse battery staple';
export const basic = (username = ADMIN, password = PASSWORD): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
});

export interface GraphqlAnswer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a test reads from an answer is its own affair
  readonly data: any;
  readonly errors: readonly {
    readonly message: string;
    readonly path?: readonly unknown[];
    readonly extensions: Readonly<Record<string, unknown>>;
  }[];
}

export interface Harness {
  readonly url: string;
  readonly server: Server;
  readonly services: FakeServices;
  readonly events: EventFanOut;
  readonly sessionRegister: FakeSessionRegister;
  /** Everything that was logged, as text. */
  logged(): string;
  /** Every body that was answered, as text. */
  answered(): string;
  fetch(pathname: string, init?: RequestInit): Promise<Response>;
  graphql(query: string, variables?: object, headers?: Record<string, string>): Promise<GraphqlAnswer>;
  beginStop(): void;
  close(): Promise<void>;
}

const baseConfig = async (directory: string, env: Record<string, string>): Promise<GatewayConfig> => {
  const keyFile = path.join(directory, 'principal.jwk');
  await writeFile(keyFile, JSON.stringify({ kty: 'OKP', crv: 'Ed25519', d: 'x'.repeat(43), x: 'y'.repeat(43) }));
  return readConfig({
    NATS_URL: 'nats://127.0.0.1:4222',
    NATS_PASSWORD: 'unused',
    PRINCIPAL_KEY_FILE: keyFile,
    PRINCIPAL_TRUST_FILE: keyFile,
    ADMIN_USERNAME: ADMIN,
    ADMIN_PASSWORD: PASSWORD,
    PORT: '0',
    ...env,
  });
};

/** The whole gateway over fake services, listening on a free port. */
export const startGateway = async (env: Record<string, string> = {}, clock = systemClock): Promise<Harness> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'gateway-'));
  const config = await baseConfig(directory, env);
  const services = new FakeServices();
  const log: string[] = [];
  const answers: string[] = [];
  const destination = new Writable({ write: (chunk, _encoding, done) => done(void log.push(String(chunk))) });
  const logger = createLogger({ service: 'gateway', level: 'debug', destination });
  const stopping = new AbortController();
  const platform = platformModule({
    logger,
    clock,
    requestReply: services.requestReply,
    stopping: stopping.signal,
  });
  const module = gatewayModule(config, platform);
  const sessionRegister = new FakeSessionRegister();
  const compiled = await Test.createTestingModule({ imports: [module] })
    .overrideProvider(SESSION_REGISTER)
    .useValue(sessionRegister)
    .compile();
  const app = compiled.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: false });
  configureHttp(app, config);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');

  const request: Harness['fetch'] = async (pathname, init) => {
    const response = await fetch(`${url}${pathname}`, { redirect: 'manual', ...init });
    if (response.headers.get('content-type')?.includes('event-stream') === true) return response;
    const body = await response.clone().text();
    answers.push(body);
    return response;
  };
  return {
    url,
    server: app.getHttpServer(),
    services,
    events: app.get<EventFanOut>(EVENT_FAN_OUT),
    sessionRegister,
    logged: () => log.join(''),
    answered: () => answers.join('\n'),
    fetch: request,
    graphql: async (query, variables = {}, headers = {}) => {
      const response = await request('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      const { data, errors = [] } = (await response.json()) as { data: unknown; errors?: GraphqlAnswer['errors'] };
      return { status: response.status, headers: response.headers, data, errors };
    },
    beginStop: () => stopping.abort(),
    close: async () => {
      stopping.abort();
      await app.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
};
