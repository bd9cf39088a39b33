import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import { Log, type StoredEvent } from './server-double.log.ts';

// The stubs are CommonJS and untyped beyond what is used here.
/* eslint-disable @typescript-eslint/no-explicit-any -- generated protobuf classes */
const require = createRequire(import.meta.url);
const grpc: any = require('@grpc/grpc-js');
const streams: any = require('@eventstore/db-client/generated/streams_pb.js');
const shared: any = require('@eventstore/db-client/generated/shared_pb.js');
const features: any = require('@eventstore/db-client/generated/serverfeatures_pb.js');
const { StreamsService } = require('@eventstore/db-client/generated/streams_grpc_pb.js');
const { ServerFeaturesService } = require('@eventstore/db-client/generated/serverfeatures_grpc_pb.js');

const TICKS_PER_MS = 10_000n;
/** Events that a filtered subscription searches before it reports a checkpoint. */
const SEARCH_WINDOW = 32;

const text = (identifier: any): string => Buffer.from(identifier.getStreamName_asU8()).toString('utf8');

const identifierOf = (stream: string): any => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream).toString('base64'));
  return identifier;
};

const eventResponse = (event: StoredEvent): any => {
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(event.id);
  recorded.setId(id);
  recorded.setStreamIdentifier(identifierOf(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(String(event.commit));
  recorded.setPreparePosition(String(event.prepare));
  for (const [name, value] of Object.entries(event.system)) recorded.getMetadataMap().set(name, value);
  recorded.getMetadataMap().set('created', String(BigInt(event.createdMs) * TICKS_PER_MS));
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(event.commit));
  const response = new streams.ReadResp();
  response.setEvent(read);
  return response;
};

const success = (event: StoredEvent): any => {
  const position = new streams.AppendResp.Position();
  position.setCommitPosition(String(event.commit));
  position.setPreparePosition(String(event.prepare));
  const result = new streams.AppendResp.Success();
  result.setCurrentRevision(String(event.revision));
  result.setPosition(position);
  const response = new streams.AppendResp();
  response.setSuccess(result);
  return response;
};

const conflict = (options: any, current: number): any => {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current >= 0) wrong.setCurrentRevision(String(current));
  else wrong.setCurrentNoStream(new shared.Empty());
  if (options.hasRevision()) wrong.setExpectedRevision(options.getRevision());
  else wrong.setExpectedNoStream(new shared.Empty());
  const response = new streams.AppendResp();
  response.setWrongExpectedVersion(wrong);
  return response;
};

/** The filter of a request as a predicate. */
const matcher = (filter: any): ((event: StoredEvent) => boolean) => {
  if (filter === undefined) return () => true;
  const isByStream = filter.hasStreamIdentifier();
  const expression = isByStream ? filter.getStreamIdentifier() : filter.getEventType();
  const prefixes: string[] = expression.getPrefixList();
  const regex = new RegExp(expression.getRegex());
  return (event) => {
    const value = isByStream ? event.stream : (event.system['type'] ?? '');
    return prefixes.length > 0 ? prefixes.some((prefix) => value.startsWith(prefix)) : regex.test(value);
  };
};

const append = (log: Log) => (call: any, answer: (error: unknown, response?: any) => void) => {
  let options: any;
  const proposed: any[] = [];
  call.on('data', (request: any) => {
    if (request.hasOptions()) options = request.getOptions();
    else proposed.push(request.getProposedMessage());
  });
  call.on('end', () => {
    const stream = text(options.getStreamIdentifier());
    const expected = options.hasNoStream() ? -1 : Number(options.getRevision());
    const events = proposed.map((message) => ({
      id: message.getId().getString() as string,
      system: Object.fromEntries(message.getMetadataMap().toObject()) as Record<string, string>,
      metadata: message.getCustomMetadata(),
      data: message.getData(),
    }));
    const last = log.append(stream, events, expected);
    answer(null, typeof last === 'number' ? conflict(options, last) : success(last));
  });
};

const subscribe = (log: Log, call: any, options: any): void => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('double');
  const confirmed = new streams.ReadResp();
  confirmed.setConfirmation(confirmation);
  call.write(confirmed);
  const all = options.getAll();
  let next = all.hasStart() ? 0 : log.indexAfter(BigInt(all.getPosition().getPreparePosition()));
  let searched = 0;
  let isLive = false;
  const matches = matcher(options.getFilter());
  const checkpoint = (event: StoredEvent): any => {
    const reached = new streams.ReadResp.Checkpoint();
    reached.setCommitPosition(String(event.commit));
    reached.setPreparePosition(String(event.prepare));
    const response = new streams.ReadResp();
    response.setCheckpoint(reached);
    return response;
  };
  // Stops when the connection is full and goes on when it drained, as a server with flow control does.
  const pump = (): void => {
    for (let event = log.events[next]; event !== undefined; event = log.events[next]) {
      next += 1;
      searched += 1;
      const isOpen = matches(event) ? call.write(eventResponse(event)) : true;
      if (searched % SEARCH_WINDOW === 0) call.write(checkpoint(event));
      if (!isOpen) {
        call.once('drain', pump);
        return;
      }
    }
    if (isLive) return;
    isLive = true;
    const response = new streams.ReadResp();
    response.setCaughtUp(new streams.ReadResp.CaughtUp());
    call.write(response);
  };
  log.appended.on('appended', pump);
  const stop = (): EventEmitter => log.appended.off('appended', pump);
  call.on('cancelled', stop);
  call.on('close', stop);
  pump();
};

const read = (log: Log) => (call: any) => {
  const options = call.request.getOptions();
  if (options.hasSubscription()) return subscribe(log, call, options);
  const isBackwards = options.getReadDirection() === 1;
  const isAll = options.hasAll();
  const count = BigInt(options.getCount());
  let events = isAll ? log.events : log.stream(text(options.getStream().getStreamIdentifier()));
  if (!isAll && events.length === 0) {
    const missing = new streams.ReadResp.StreamNotFound();
    missing.setStreamIdentifier(options.getStream().getStreamIdentifier());
    const response = new streams.ReadResp();
    response.setStreamNotFound(missing);
    call.write(response);
    return call.end();
  }
  const from = isAll ? options.getAll() : options.getStream();
  if (!from.hasStart() && !from.hasEnd()) {
    const start = BigInt(isAll ? from.getPosition().getPreparePosition() : from.getRevision());
    const key = (event: StoredEvent): bigint => (isAll ? event.prepare : BigInt(event.revision));
    events = events.filter((event) => (isBackwards ? key(event) <= start : key(event) >= start));
  }
  const ordered = isBackwards ? [...events].reverse() : events;
  let index = 0;
  const pump = (): void => {
    for (; index < ordered.length && BigInt(index) < count; index += 1) {
      const event = ordered[index];
      if (event !== undefined && !call.write(eventResponse(event))) {
        index += 1;
        call.once('drain', pump);
        return;
      }
    }
    call.end();
  };
  pump();
};

const supportedMethods = (_call: unknown, answer: (error: unknown, response: any) => void): void => {
  const response = new features.SupportedMethods();
  response.setEventStoreServerVersion('24.10.0');
  for (const name of ['read', 'append']) {
    const method = new features.SupportedMethod();
    method.setMethodName(name);
    method.setServiceName('event_store.client.streams.streams');
    if (name === 'read') for (const feature of ['position', 'events', 'all', 'stream']) method.addFeatures(feature);
    response.addMethods(method);
  }
  answer(null, response);
};

export interface ServerDouble {
  readonly url: string;
  readonly port: number;
  readonly log: Log;
  /** Ends all connections at once, as a killed server does. */
  kill(): void;
}

/**
 * Speaks the protocol of EventStoreDB's streams service on the stubs that the client ships: append with expected
 * revision and the server's idempotence, reading of streams and `$all`, filtered catch-up subscriptions with
 * checkpoints. It stands in for a server in tests and is no server: nothing is kept on disk.
 */
export const startServerDouble = async (log = new Log(), port = 0): Promise<ServerDouble> => {
  const server = new grpc.Server();
  const unimplemented = (_call: unknown, answer: (error: unknown) => void): void =>
    answer({ code: grpc.status.UNIMPLEMENTED });
  server.addService(StreamsService, {
    append: append(log),
    read: read(log),
    delete: unimplemented,
    tombstone: unimplemented,
    batchAppend: (call: any) => call.destroy(),
  });
  server.addService(ServerFeaturesService, { getSupportedMethods: supportedMethods });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(
      `127.0.0.1:${port}`,
      grpc.ServerCredentials.createInsecure(),
      (error: Error | null, bound: number) => (error === null ? resolve(bound) : reject(error)),
    );
  });
  const url = `esdb://127.0.0.1:${bound}?tls=false&keepAliveInterval=-1`;
  return { url, port: bound, log, kill: () => server.forceShutdown() };
};
