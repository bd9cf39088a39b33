export { type AddressGuard, addressGuard, ForbiddenAddress, type Resolve } from './address-guard.ts';
export { readBoundedJson } from './bounded-json.ts';
export { AnswerTooLong, guardedRequest, type GuardedRequest, type HttpAnswer } from './guarded-request.ts';
