export { connectNats } from './connection.ts';
export { isConnected } from './connection-state.ts';
export { joseSigner } from './principal/jose-signer.ts';
export { joseVerifier } from './principal/jose-verifier.ts';
export {
  generatePrincipalKeys,
  principalKeyFiles,
  type PrincipalKeyFiles,
  writePrincipalKeys,
} from './principal/key-files.ts';
export { Caller, Handles } from './request-reply/handles.ts';
export { natsRequestReply } from './request-reply/nats-request-reply.ts';
export { natsServer } from './request-reply/nats-server.ts';
export { type DeadLetters, deadLetters } from './events/dead-letters.ts';
export { observeDeadLetters } from './events/dead-letter-metrics.ts';
export { DEAD_LETTERS, deadLetterHandlers } from './request-reply/dead-letter.nats-handlers.ts';
export { DurableConsumers } from './events/durable-consumers.ts';
export { EventRelay } from './events/event-relay.ts';
export { natsAnnouncer } from './events/nats-announcer.ts';
export { ensureStreams, protectStreams } from './events/streams.ts';
