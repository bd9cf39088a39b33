import {
  answeringServices,
  DEAD_LETTERS_STREAM,
  deadLetterSubject,
  EVENTS_STREAM,
  eventSubjectsOf,
  handoverSubject,
  querySubject,
  type ServiceName,
  SESSIONS_STREAM,
  sessionSubject,
} from '@keyledger/messaging';
import { type Reaction, reactions } from './reactions.ts';
import { requestSubjectsOf } from './requests.ts';

export interface Permissions {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May publish to the reply subject of a message that it received. */
  readonly answers: boolean;
}

/** Services with streams of their own, whose public events their relay publishes. */
const publishers: readonly ServiceName[] = ['registry', 'approval', 'vault', 'delivery'];

/** Services of which one replica may be unable for the moment to do what others can. */
const handingOver: readonly ServiceName[] = ['vault'];

const handoversOf = (service: ServiceName): readonly string[] =>
  handingOver.includes(service) ? [handoverSubject(service, '*')] : [];

/** Look at a stream, and make it where it is missing: after a loss of JetStream's data nobody else does. */
const ensureStream = (stream: string): readonly string[] => [
  `$JS.API.STREAM.INFO.${stream}`,
  `$JS.API.STREAM.CREATE.${stream}`,
];

const ensureStreams = [EVENTS_STREAM, DEAD_LETTERS_STREAM].flatMap(ensureStream);

/** The gateway tells people how everything is. */
const askForHealth: readonly string[] = answeringServices.map((service) => querySubject(service, 'GetHealth'));

/** Says what has become of a session, and looks it up by its id; nobody may list them. */
const keepSessions: readonly string[] = [
  ...ensureStream(SESSIONS_STREAM),
  sessionSubject('*'),
  `$JS.API.DIRECT.GET.${SESSIONS_STREAM}.${sessionSubject('*')}`,
];

/** One durable pull consumer: create it with this filter and no other, pull, settle. */
const consume = (stream: string, durable: string, filter: string): readonly string[] => [
  `$JS.API.CONSUMER.CREATE.${stream}.${durable}.${filter}`,
  `$JS.API.CONSUMER.INFO.${stream}.${durable}`,
  `$JS.API.CONSUMER.MSG.NEXT.${stream}.${durable}`,
  `$JS.ACK.${stream}.${durable}.>`,
];

const relay = (service: ServiceName): readonly string[] => [
  eventSubjectsOf(service),
  `$JS.API.DIRECT.GET.${EVENTS_STREAM}.${eventSubjectsOf(service)}`,
];

const react = (service: ServiceName, { reactor, type, subject }: Reaction): readonly string[] => [
  ...consume(EVENTS_STREAM, `${service}__${reactor}__${type}`, subject),
  `${deadLetterSubject(service, reactor)}.>`,
  `$JS.API.DIRECT.GET.${DEAD_LETTERS_STREAM}.${deadLetterSubject(service, reactor)}.>`,
  ...consume(DEAD_LETTERS_STREAM, `${service}__${reactor}__dead-letters`, `${deadLetterSubject(service, reactor)}.>`),
];

/** The least that a service needs. Everything else is refused by the server. */
export const permissionsOf = (service: ServiceName): Permissions => {
  const isPublisher = publishers.includes(service);
  return {
    publish: [
      ...requestSubjectsOf(service),
      ...handoversOf(service),
      ...(isPublisher ? [...ensureStreams, ...relay(service)] : []),
      ...(service === 'gateway' ? [...keepSessions, ...askForHealth] : []),
      ...new Set(reactions[service].flatMap((reaction) => react(service, reaction))),
    ],
    subscribe: [
      `_INBOX.${service}.>`,
      // For live updates on screens.
      ...(service === 'gateway' ? ['keyledger.*.event.>'] : []),
    ],
    answers: false,
  };
};

/** What the user at the desk of a service needs, besides `permissionsOf` for the rest of it. */
export const deskPermissionsOf = (service: ServiceName): Permissions => ({
  publish: [],
  subscribe: [`keyledger.${service}.command.*`, `keyledger.${service}.query.*`, ...handoversOf(service)],
  answers: true,
});
