export { deadLetterCheck, deadLetterParts } from './dead-letters.ts';
export type { Health, HealthCheck, ReadyReport } from './health.ts';
export { platformModule } from './platform.ts';
export { aborted, asRunner, type Runner } from './runner.ts';
export { runService } from './run-service.ts';
export type { ServiceConfig, ServiceDefinition } from './service-definition.ts';
export { type RunningService, startService } from './start-service.ts';
export { CLOCK, HEALTH, LOGGER, NATS_CONNECTION, PG_POOL, STOPPING } from './tokens.ts';
export { openEventStore } from './open-event-store.ts';
