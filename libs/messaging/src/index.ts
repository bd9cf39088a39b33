export { ANNOUNCER, type Announcer } from './announcer.port.ts';
export { deadLetterOperations, type DeadLetterView } from './dead-letter-operations.ts';
export { healthOperations } from './health-operations.ts';
export {
  asEvent,
  defineIntegrationEvent,
  type EventPublication,
  type EventReactor,
  type IntegrationEvent,
  type IntegrationEventDefinition,
} from './integration-event.ts';
export { checkInput, checkReply } from './message-check.ts';
export { commandContextOf, type MessageContext, reactionContextOf } from './message-context.ts';
export {
  type CommandReply,
  defineCommand,
  defineQuery,
  type InputOf,
  type Operation,
  type Page,
  pageInput,
  pageOf,
  type ReplyOf,
} from './operation.ts';
export { cutPage, type PagePlace, placeIn } from './page-place.ts';
export {
  applicationPrincipal,
  hasRole,
  isProven,
  type MessageBinding,
  type Principal,
  principalSchema,
  type PrincipalSigner,
  type PrincipalVerifier,
  type Role,
  servicePrincipal,
  toActor,
} from './principal.ts';
export { publishedEventOf } from './published-event.ts';
export {
  type ClientOf,
  clientOf,
  REQUEST_REPLY,
  type RequestOptions,
  type RequestReply,
} from './request-reply.port.ts';
export {
  answeringServices,
  commandSubject,
  DEAD_LETTERS_STREAM,
  deadLetterSubject,
  deskUserOf,
  EVENTS_STREAM,
  eventSubject,
  eventSubjectsOf,
  handoverSubject,
  querySubject,
  type ServiceName,
  serviceNames,
  SESSIONS_STREAM,
  sessionSubject,
} from './subjects.ts';
