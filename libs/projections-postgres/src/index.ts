export { migrateService, type MigrateServiceOptions } from './migrate-service.ts';
export {
  PostgresCheckpointStore,
  postgresCheckpointStore,
  type PostgresCheckpointStoreOptions,
  type PostgresHeldCheckpoint,
} from './postgres-checkpoint-store.ts';
export { type ProjectionLogger, ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner.ts';
