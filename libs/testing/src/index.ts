export { inRepository } from './repository.ts';
export { freePort } from './processes/free-port.ts';
export { type Exit, type GuardedCommand, type GuardedProcess, startGuarded } from './processes/guarded-process.ts';
export { harmlessEnvironment } from './processes/harmless-environment.ts';
export { type Identity, isReachableByAll, unprivilegedIdentity } from './processes/unprivileged.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres/postgres-server.ts';
export {
  startThrowAwayPostgres,
  type TestDatabase,
  testPostgres,
  type TestPostgres,
} from './postgres/test-postgres.ts';
export { natsServerBinary } from './nats/nats-binary.ts';
export { type NatsOptions, type NatsServer, startNats } from './nats/nats-server.ts';
export { type NatsCredentials, testNats, type TestNats, type TestNatsOptions } from './nats/test-nats.ts';
export { type LiteLlm, type LiteLlmOptions, startLiteLlm } from './litellm/litellm-server.ts';
export type { FaultKind, LiteLlmFault, LiteLlmFaults } from './litellm/faults.ts';
export type { KeyRow } from './litellm/key-row.ts';
export type { LoggedCall } from './litellm/call-log.ts';
export { type Mailbox, type MailboxOptions, startMailbox } from './mailbox/mailbox.ts';
export type { MailFault, MailFaultKind, MailFaults } from './mailbox/mail-faults.ts';
export type { MailMessage } from './mailbox/mail-message.ts';
