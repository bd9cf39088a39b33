export { freePort } from './processes/free-port.ts';
export { startThrowAwayPostgres, testPostgres } from './postgres/test-postgres.ts';
export type { TestDatabase, TestPostgres, ThrowAwayServer } from './postgres/test-postgres.ts';
export { testNats } from './nats/test-nats.ts';
export type { NatsCredentials, TestNats } from './nats/test-nats.ts';
