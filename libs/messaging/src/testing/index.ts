export { InMemoryRequestReply, type RequestHandler } from './in-memory-request-reply.ts';
export { requestReplyContract, type RequestReplySubject } from './request-reply.contract.ts';
