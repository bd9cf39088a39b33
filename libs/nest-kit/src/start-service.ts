import type { Server } from 'node:http';
import type { ServiceName } from '@keyledger/messaging';
import { joseVerifier, natsServer } from '@keyledger/messaging-nats';
import { createLogger, type Logger, startTelemetry } from '@keyledger/telemetry';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NatsConnection } from '@nats-io/transport-node';
import { correlationInterceptor } from './correlation.interceptor.ts';
import { ServiceHealth } from './health.ts';
import { healthHandlers } from './health.nats-handlers.ts';
import { startHealthServer } from './health-server.ts';
import { closeHttpServer } from './close-http-server.ts';
import { nestLogger } from './nest-logger.ts';
import { natsCheck, openDesk, type OpenedPlatform, openPlatform, platformChecks } from './open-platform.ts';
import { platformModule } from './platform.ts';
import { runnerChecks } from './runner.ts';
import type { HandoverDefinition, HttpDefinition, ServiceConfig, ServiceDefinition } from './service-definition.ts';
import { Supervisor } from './supervisor.ts';

export interface StartOptions {
  /** Default: as the configuration says, on standard output. */
  readonly logger?: Logger;
  /** Gives up a start that still waits for a dependency. */
  readonly signal?: AbortSignal;
}

export interface RunningService {
  readonly app: INestApplicationContext;
  /** Address of the health endpoints. */
  readonly healthUrl: string;
  /** Address for users, where the service has one. */
  readonly url: string | undefined;
  /** Drains, ends the runners in reverse and closes all connections. A second call waits for the first. */
  stop(): Promise<void>;
}

/** An application that takes requests once `listen` has resolved. */
interface Listening {
  readonly app: INestApplicationContext;
  /** Answers with the address for users. */
  listen(): Promise<string | undefined>;
  /** Takes no more requests; resolves when those that run are answered. */
  drain(): Promise<void>;
}

const createHttpApp = async <Config extends ServiceConfig>(
  http: HttpDefinition<Config>,
  module: DynamicModule,
  config: Config,
  logger: Logger,
): Promise<Listening> => {
  const app = await NestFactory.create<NestExpressApplication>(module, {
    ...http.options,
    logger: nestLogger(logger),
    abortOnError: false,
  });
  await http.configure?.(app, config);
  const { host, port } = http.address(config);
  return {
    app,
    listen: async () => {
      await app.listen(port, host);
      return app.getUrl();
    },
    drain: () => closeHttpServer(app.getHttpServer() as Server),
  };
};

const createMessageApp = async (
  module: DynamicModule,
  { service, principal }: ServiceConfig['platform'],
  { logger, clock, connection }: OpenedPlatform,
  desk: NatsConnection,
  handover: HandoverDefinition | undefined,
): Promise<Listening> => {
  const verifier = joseVerifier({ trustFile: principal.trustFile });
  const server = natsServer({
    ...{ connection: desk, service, verifier, logger, clock },
    handover: handover && { connection, code: handover.code },
  });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(module, {
    ...server,
    logger: nestLogger(logger),
    abortOnError: false,
  });
  app.useGlobalInterceptors(correlationInterceptor);
  return {
    app,
    listen: async () => {
      handover?.watch(app, (isAble) => server.strategy.takeHandovers(isAble));
      await app.listen();
      return undefined;
    },
    drain: async () => {
      await server.strategy.close();
    },
  };
};

/**
 * Starts a service: health endpoints first, then connections, the Nest application, the runners, and at last the doors
 * for requests. Stopping goes the other way round.
 */
export const startService = async <Config extends ServiceConfig>(
  name: ServiceName,
  definition: ServiceDefinition<Config>,
  config: Config,
  { logger: given, signal = new AbortController().signal }: StartOptions = {},
): Promise<RunningService> => {
  const { http, log } = config.platform;
  const logger = given ?? createLogger({ service: name, ...log });
  for (const warning of config.warnings ?? []) logger.warn({}, warning);
  const health = new ServiceHealth(name);
  const stopping = new AbortController();
  const resources = new AsyncDisposableStack();
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    health.enter('stopping');
    stopping.abort();
    return (stopped ??= resources.disposeAsync());
  };
  try {
    const healthServer = await startHealthServer({ ...http, health, telemetry: startTelemetry(name) });
    resources.defer(() => healthServer.close());
    const opening = { logger, signal, resources };
    const platform = await openPlatform(config.platform, opening);
    health.watch(platformChecks(platform));
    const parts = { ...platform, health, stopping: stopping.signal };
    const answersRequests = definition.http === undefined;
    const module = definition.module(config, platformModule(parts, answersRequests ? [healthHandlers(name)] : []));
    const createApp = async (): Promise<Listening> => {
      if (definition.http !== undefined) return createHttpApp(definition.http, module, config, logger);
      const desk = await openDesk(config.platform, opening);
      health.watch([natsCheck('nats-desk', desk)]);
      return createMessageApp(module, config.platform, platform, desk, definition.handover);
    };
    const { app, listen, drain } = await createApp();
    resources.defer(() => app.close());
    health.watch(definition.checks?.(app, config) ?? []);
    const supervisor = new Supervisor(logger);
    health.watchRunners(supervisor.statuses);
    const runners = (await definition.start?.(app, config)) ?? [];
    health.watch(runnerChecks(runners));
    supervisor.start(runners);
    resources.defer(() => supervisor.stop());
    const url = await listen();
    resources.defer(drain);
    health.enter('running');
    logger.info({ healthUrl: healthServer.url, ...(url === undefined ? {} : { url }) }, 'service is running');
    return { app, healthUrl: healthServer.url, url, stop };
  } catch (error) {
    await stop().catch((cause: unknown) => logger.warn({ err: cause }, 'closing after a failed start failed as well'));
    throw error;
  }
};
