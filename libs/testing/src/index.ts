export { inRepository } from './repository.ts';
export { freePort } from './processes/free-port.ts';
export { type Exit, type GuardedProcess, startGuarded } from './processes/guarded-process.ts';
export { harmlessEnvironment } from './processes/harmless-environment.ts';
export { isReachableByAll, unprivilegedIdentity } from './processes/unprivileged.ts';
export { startPostgres } from './postgres/postgres-server.ts';
export { testPool } from './postgres/test-pool.ts';
export {
  startThrowAwayPostgres,
  type TestDatabase,
  testPostgres,
  type TestPostgres,
} from './postgres/test-postgres.ts';
export { natsServerBinary } from './nats/nats-binary.ts';
export { type NatsServer, startNats } from './nats/nats-server.ts';
export { testNats, type TestNats } from './nats/test-nats.ts';
export { listenOnLoopback, type Loopback } from './stand-in/loopback.ts';
export { type LiteLlm, type LiteLlmOptions, startLiteLlm } from './litellm/litellm-server.ts';
export type { FaultKind } from './litellm/faults.ts';
export { type OpenRouter, startOpenRouter } from './openrouter/openrouter-server.ts';
export { type OpenAiAdmin, startOpenAiAdmin } from './openai-admin/openai-admin-server.ts';
export { type Mailbox, startMailbox } from './mailbox/mailbox.ts';
export type { MailFaultKind } from './mailbox/mail-faults.ts';
export type { MailMessage } from './mailbox/mail-message.ts';
