import type { MessagingConfig } from '@keyledger/config';
import type { ErrorCode } from '@keyledger/errors';
import type { DynamicModule, INestApplicationContext, NestApplicationOptions } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { HealthCheck } from './health-check.ts';
import type { Runner } from './runner.ts';

/** Configuration of a service: the common part under `platform`, its own beside it. */
export interface ServiceConfig {
  readonly platform: MessagingConfig;
  /** What is allowed and should be changed; logged when the service starts. */
  readonly warnings?: readonly string[];
}

/** Only the gateway listens for users. */
export interface HttpDefinition<Config> {
  address(config: Config): { readonly host: string; readonly port: number };
  readonly options?: Pick<NestApplicationOptions, 'bodyParser' | 'rawBody' | 'cors'>;
  /** Runs before the application is initialised: the place for what must stand before Nest's body parser. */
  configure?(app: NestExpressApplication, config: Config): void | Promise<void>;
}

/** Everything that makes a folder a service. */
export interface ServiceDefinition<Config extends ServiceConfig> {
  /** Reads the environment and the configuration file; connects nowhere. Throws `ConfigErrors`. */
  readConfig(): Config;
  /** The composition root. Imports `platform`, which provides the tokens of this library. */
  module(config: Config, platform: DynamicModule): DynamicModule;
  /** What runs in the background, in the order to start; it is stopped in reverse. */
  start?(app: INestApplicationContext, config: Config): readonly Runner[] | Promise<readonly Runner[]>;
  /** What must answer for the service to be ready, beside event store, PostgreSQL and NATS. */
  checks?(app: INestApplicationContext, config: Config): readonly HealthCheck[];
  readonly http?: HttpDefinition<Config>;
  readonly handover?: HandoverDefinition;
}

/** For a service of which one replica may be unable for the moment to do what others can. */
export interface HandoverDefinition {
  /** The fault of a replica that is not able. It has done nothing then, and another replica is asked. */
  readonly code: ErrorCode;
  /** Tells whether this replica is able, now and whenever that changes. */
  watch(app: INestApplicationContext, tell: (isAble: boolean) => void): void;
}
