import type { PlatformConfig, MessagingConfig } from '@keyledger/config';
import {
  CHECKPOINT_STORE,
  type CheckpointStore,
  type Clock,
  EVENT_STORE,
  type EventStore,
} from '@keyledger/event-sourcing';
import { REQUEST_REPLY, type RequestReply } from '@keyledger/messaging';
import type { Logger } from '@keyledger/telemetry';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import type { NatsConnection } from '@nats-io/transport-node';
import type pg from 'pg';
import type { Health } from './health.ts';
import { CLOCK, HEALTH, LOGGER, NATS_CONNECTION, PG_POOL, STOPPING } from './tokens.ts';

/** What the process shares. The gateway has no pool, event store and checkpoints. */
export interface Platform {
  readonly logger: Logger;
  readonly clock: Clock;
  readonly health: Health;
  readonly stopping: AbortSignal;
  readonly connection: NatsConnection;
  readonly requestReply: RequestReply;
  readonly pool: pg.Pool;
  readonly eventStore: EventStore;
  readonly checkpoints: CheckpointStore;
}

/** True for a service with streams or tables of its own. */
export const hasStores = (config: MessagingConfig | PlatformConfig): config is PlatformConfig =>
  'databaseUrl' in config;

const TOKENS = {
  logger: LOGGER,
  clock: CLOCK,
  health: HEALTH,
  stopping: STOPPING,
  connection: NATS_CONNECTION,
  requestReply: REQUEST_REPLY,
  pool: PG_POOL,
  eventStore: EVENT_STORE,
  checkpoints: CHECKPOINT_STORE,
} as const satisfies Record<keyof Platform, symbol>;

@Module({})
class PlatformModule {}

/**
 * Provides the parts under their tokens: in a process the real ones, in a component test the fakes that it needs. Whoever
 * made the parts ends them. `controllers` answer for the process itself.
 */
export const platformModule = (parts: Partial<Platform>, controllers: readonly Type[] = []): DynamicModule => {
  const providers: Provider[] = (Object.keys(TOKENS) as (keyof Platform)[])
    .filter((name) => parts[name] !== undefined)
    .map((name) => ({ provide: TOKENS[name], useValue: parts[name] }));
  return { module: PlatformModule, controllers: [...controllers], providers, exports: providers };
};
