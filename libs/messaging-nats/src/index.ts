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
