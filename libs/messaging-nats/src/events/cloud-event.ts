import type { Actor } from '@keyledger/event-sourcing';
import { type IntegrationEvent, type ServiceName, serviceNames } from '@keyledger/messaging';
import { headers, Match, type MsgHdrs } from '@nats-io/transport-node';
import { z } from 'zod';
import { percentDecode, percentEncode } from './percent-encoding.ts';

/**
 * CloudEvents 1.0, binary mode of the NATS binding: each attribute is a header `ce-<name>`, the payload is the data as
 * JSON. Who did it stands in `authtype`, `authid` and `authclaims` (proof and roles); no attribute holds a credential.
 */
export interface EncodedEvent {
  readonly subject: string;
  readonly headers: MsgHdrs;
  readonly payload: string;
}

const authTypes = { user: 'user', service: 'service_account', anonymous: 'unauthenticated' } as const;

const actorKindOf = (authType: string): Actor['kind'] | undefined =>
  (Object.keys(authTypes) as Actor['kind'][]).find((kind) => authTypes[kind] === authType);

const typeOf = ({ service, category, type, version }: IntegrationEvent): string =>
  `keyledger.${service}.${category}.${type}.v${version}`;

const TYPE = /^keyledger\.(\w+)\.(\w+)\.(\w+)\.v([1-9]\d{0,5})$/;

export const encodeCloudEvent = (subject: string, event: IntegrationEvent): EncodedEvent => {
  const written = headers();
  const set = (name: string, value: string): void => written.set(`ce-${name}`, percentEncode(value));
  set('specversion', '1.0');
  set('id', event.id);
  set('source', `/keyledger/${event.service}`);
  set('type', typeOf(event));
  set('subject', event.streamId);
  set('time', event.occurredAt);
  set('datacontenttype', 'application/json');
  set('correlationid', event.correlationId);
  set('causationid', event.causationId);
  if (event.traceparent !== undefined) set('traceparent', event.traceparent);
  set('sequence', event.position);
  set('authtype', authTypes[event.actor.kind]);
  set('authid', event.actor.id);
  set('authclaims', JSON.stringify({ proof: event.actor.proof, roles: event.actor.roles }));
  return { subject, headers: written, payload: JSON.stringify(event.data) };
};

const claims = z.object({ proof: z.string(), roles: z.array(z.string()) });

const attributesOf = (received: MsgHdrs | undefined) => {
  const optional = (name: string): string | undefined => {
    const value = received?.get(`ce-${name}`) || received?.get(`ce-${name}`, Match.IgnoreCase);
    return value ? percentDecode(value) : undefined;
  };
  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw new Error(`The event has no attribute ${name}`);
    return value;
  };
  return { optional, required };
};

const isServiceName = (name: string | undefined): name is ServiceName =>
  (serviceNames as readonly (string | undefined)[]).includes(name);

const parseType = (text: string) => {
  const [, service, category = '', type = '', version] = TYPE.exec(text) ?? [];
  if (!isServiceName(service)) throw new Error('The type of the event is not one of Keyledger');
  return { service, category, type, version: Number(version) };
};

const actorOf = (authType: string, id: string, authClaims: string): Actor => {
  const kind = actorKindOf(authType);
  if (kind === undefined) throw new Error('The authtype of the event is not known');
  return { kind, id, ...claims.parse(JSON.parse(authClaims)) };
};

/** Throws on anything that is not an event as `encodeCloudEvent` writes it. The data is not checked here. */
export const decodeCloudEvent = (received: MsgHdrs | undefined, payload: string): IntegrationEvent => {
  const { optional, required } = attributesOf(received);
  if (required('specversion') !== '1.0') throw new Error('The event is not a CloudEvent of version 1.0');
  const traceparent = optional('traceparent');
  return {
    ...parseType(required('type')),
    id: required('id'),
    streamId: required('subject'),
    occurredAt: required('time'),
    correlationId: required('correlationid'),
    causationId: required('causationid'),
    ...(traceparent === undefined ? {} : { traceparent }),
    position: required('sequence'),
    actor: actorOf(required('authtype'), required('authid'), required('authclaims')),
    data: JSON.parse(payload) as unknown,
  };
};

/**
 * On an event that is published beside the relay and out of its order: how far the relay had come, so that the place of
 * the event itself is not taken for that.
 */
const RELAYED_UP_TO = 'keyledger-relayed-up-to';

export const setRelayedUpTo = (written: MsgHdrs, position: string): void => written.set(RELAYED_UP_TO, position);

/** Everything up to this position of the service's events was in the stream when the message was published. */
export const publishedUpTo = (received: MsgHdrs | undefined): string | undefined =>
  received?.get(RELAYED_UP_TO) || attributesOf(received).optional('sequence');
