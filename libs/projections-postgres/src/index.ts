export { migrateService } from './migrate-service.ts';
export { postgresCheckpointStore } from './postgres-checkpoint-store.ts';
export { type ProjectionLogger, ProjectionRunner } from './projection-runner.ts';
export { inTransaction } from './transaction.ts';
