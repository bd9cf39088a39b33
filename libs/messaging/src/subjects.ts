/** The services as they are named in subjects, streams, roles and users. */
export const serviceNames = ['registry', 'vault', 'approval', 'delivery', 'audit', 'gateway'] as const;

export type ServiceName = (typeof serviceNames)[number];

/** Services that answer commands and queries. */
export const answeringServices = ['registry', 'vault', 'approval', 'delivery', 'audit'] as const;

/**
 * The NATS user that takes the requests to a service and answers them, and may do nothing else. It is none that receives
 * events: nats-server remembers the reply subject of each message for whoever may answer, and events, which are
 * acknowledged by reply, would fill that memory.
 */
export const deskUserOf = <User extends string>(user: User): `${User}-desk` => `${user}-desk`;

const ROOT = 'keyledger';

/** JetStream stream of all integration events, and of those that no handler could digest. */
export const EVENTS_STREAM = 'KEYLEDGER_EVENTS';
export const DEAD_LETTERS_STREAM = 'KEYLEDGER_DEAD_LETTERS';

/** JetStream stream of the gateway: which browser sessions have begun and not ended. */
export const SESSIONS_STREAM = 'KEYLEDGER_SESSIONS';

/** One replica of the service answers. */
export const commandSubject = (service: ServiceName, name: string): string => `${ROOT}.${service}.command.${name}`;

/** One replica of the service answers. */
export const querySubject = (service: ServiceName, name: string): string => `${ROOT}.${service}.query.${name}`;

/**
 * The same operation, asked by a replica that cannot serve it for the moment; one replica that can answers. `*` stands for
 * all of them. No other service may ask here.
 */
export const handoverSubject = (service: ServiceName, name: string): string => `${ROOT}.${service}.handover.${name}`;

/** Of every version of this type: the version is in the headers. */
export const eventSubject = (service: ServiceName, category: string, type: string): string =>
  `${ROOT}.${service}.event.${category}.${type}`;

/** Everything that one service publishes. */
export const eventSubjectsOf = (service: ServiceName): string => `${ROOT}.${service}.event.>`;

/** Of what this reactor could not digest; the id of the event follows. */
export const deadLetterSubject = (service: ServiceName, reactor: string): string =>
  `${ROOT}.${service}.deadletter.${reactor}`;

/** Where the gateway says what has become of a browser session; `*` stands for all of them. */
export const sessionSubject = (sessionId: string): string => `${ROOT}.gateway.session.${sessionId}`;
