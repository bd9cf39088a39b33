import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { headers } from '@nats-io/transport-node';
import type { PathSystem } from './path-system.ts';

/** What lies between a request and its mail, one behind the other. */
export interface Anatomy {
  /** From the client to the gateway, and from vault to the issuer. */
  readonly httpCalls: number;
  readonly requestReplies: number;
  /** Transactions that wrote, and waited for the disk. */
  readonly commits: number;
  /** Through JetStream: from a relay to a durable consumer. */
  readonly eventHops: number;
  readonly mails: number;
}

/** The event that is written right before the mail is sent. */
const LAST_EVENT = 'DeliveryStarted';

/** An event and a row of the key ring may share a transaction; `tx` is the 64-bit form of `xmin`. */
const COMMITS = `with last as (
    select tx, position from event_store.events where metadata->>'correlationId' = $1 and type = $2
  ), path as (
    select e.* from event_store.events e, last
    where e.metadata->>'correlationId' = $1 and (e.tx, e.position) <= (last.tx, last.position)
  )
  select count(*)::int as count from (
    select (tx::text::bigint % 4294967296)::text from path
    union
    select k.xmin::text from vault.key_ring k join path p on p.data->'envelope'->>'dataKeyId' = k.key_id::text
  ) transactions`;

/** Events that caused the last one, each through a message to the next service. */
const EVENT_HOPS = `with recursive chain as (
    select metadata->>'causationId' as cause, 0 as hops
    from event_store.events where metadata->>'correlationId' = $1 and type = $2
    union all
    select e.metadata->>'causationId', chain.hops + 1
    from chain join event_store.events e on e.event_id::text = chain.cause
  )
  select max(hops)::int as count from chain`;

/**
 * Follows one request: commands and queries by listening on NATS, calls of the issuer at the stand-in, commits and hops in
 * the history that it leaves. Reads are not counted.
 *
 * At the time of writing: HTTP to the gateway; GetModel and SubmitKeyRequest; commits of SlotTaken and KeyRequestSubmitted;
 * hop; commit of KeyRequestEvaluated with KeyRequestApproved; hop; commits of LeaseStarted, the wrapped data key,
 * SecretSealed and LeaseKeySealed; HTTP to create the key and to read it back; commit of LeaseIssued; hop; commit of
 * DeliveryStarted; mail.
 */
export const anatomyOf = async (system: PathSystem): Promise<Anatomy> => {
  const asked: { readonly subject: string; readonly correlationId: string }[] = [];
  const nats = await system.connectNats();
  nats.subscribe('keyledger.*.*.*', {
    callback: (_error, { subject, headers: sent = headers() }) =>
      void asked.push({ subject, correlationId: sent.get('keyledger-correlation-id') }),
  });
  await nats.flush();
  let issuerCalls = 0;
  const onCall = (message: unknown): void => {
    if ((message as { request: IncomingMessage }).request.url?.startsWith('/key/') === true) issuerCalls += 1;
  };
  subscribe('http.server.request.start', onCall);
  const { requestId } = await system.deliver();
  await system.settled(requestId);
  unsubscribe('http.server.request.start', onCall);
  await nats.drain();
  const submitted = asked.find(({ subject }) => subject.endsWith('.SubmitKeyRequest'));
  const count = async (query: string): Promise<number> => {
    const { rows } = await system.database.query<{ count: number }>(query, [requestId, LAST_EVENT]);
    return rows[0]?.count ?? 0;
  };
  return {
    httpCalls: 1 + issuerCalls,
    requestReplies: asked.filter(({ correlationId }) => correlationId === submitted?.correlationId).length,
    commits: await count(COMMITS),
    eventHops: await count(EVENT_HOPS),
    mails: 1,
  };
};
