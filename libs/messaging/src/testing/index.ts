export { announcerContract } from './announcer.contract.ts';
export { deliverTo } from './deliver-to.ts';
export { goldenContract } from './golden-files.contract.ts';
export { goldenFiles } from './golden-files.ts';
export { InMemoryAnnouncer } from './in-memory-announcer.ts';
export { InMemoryRequestReply, type RequestHandler } from './in-memory-request-reply.ts';
export { requestReplyContract } from './request-reply.contract.ts';
