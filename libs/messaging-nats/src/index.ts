export { connectNats, type ConnectOptions } from './connection.ts';
export { isConnected } from './connection-state.ts';
export type { Logger } from './logger.ts';
export { joseSigner, type JoseSignerOptions } from './principal/jose-signer.ts';
export { joseVerifier, type JoseVerifierOptions } from './principal/jose-verifier.ts';
export {
  generatePrincipalKeys,
  principalKeyFiles,
  type PrincipalKeyFiles,
  type PrincipalKeys,
  writePrincipalKeys,
} from './principal/key-files.ts';
export { Caller, Handles } from './request-reply/handles.ts';
export { natsRequestReply, type NatsRequestReplyOptions } from './request-reply/nats-request-reply.ts';
export { natsServer, type NatsServerOptions } from './request-reply/nats-server.ts';
export { type DeadLetter, type DeadLetters, deadLetters, type WhichLetters } from './events/dead-letters.ts';
export { observeDeadLetters } from './events/dead-letter-metrics.ts';
export type { DeadLettersOptions, ReplayReport } from './events/dead-letter-replay.ts';
export { DEAD_LETTERS, deadLetterHandlers } from './request-reply/dead-letter.nats-handlers.ts';
export type { DeadLetterCause } from './events/dead-letter.ts';
export { DurableConsumers, type DurableConsumersOptions } from './events/durable-consumers.ts';
export { EventRelay, type EventRelayOptions, relayName } from './events/event-relay.ts';
export { liveEvents, type LiveEventsOptions } from './events/live-events.ts';
export { natsAnnouncer, type NatsAnnouncerOptions } from './events/nats-announcer.ts';
export type { ReactionOutcome } from './events/reaction-metrics.ts';
export { defaultRetryPolicy, type RetryPolicy } from './events/retry-policy.ts';
export { ensureStreams, protectStreams, type Streams } from './events/streams.ts';
