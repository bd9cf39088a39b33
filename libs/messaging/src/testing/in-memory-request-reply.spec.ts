import { InMemoryRequestReply } from './in-memory-request-reply.ts';
import { requestReplyContract } from './request-reply.contract.ts';

requestReplyContract('in memory', () => {
  const requestReply = new InMemoryRequestReply();
  return Promise.resolve({
    requestReply,
    handle: (operation, handler) => Promise.resolve(requestReply.handle(operation, handler)),
    close: () => Promise.resolve(),
  });
});
