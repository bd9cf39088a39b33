export { announcerContract, type AnnouncerSubject } from './announcer.contract.ts';
export { goldenContract } from './golden-files.contract.ts';
export { type GoldenEvent, type GoldenFiles, goldenFiles, type GoldenOperation } from './golden-files.ts';
export { InMemoryAnnouncer } from './in-memory-announcer.ts';
export { InMemoryRequestReply, type RequestHandler } from './in-memory-request-reply.ts';
export { requestReplyContract, type RequestReplySubject } from './request-reply.contract.ts';
