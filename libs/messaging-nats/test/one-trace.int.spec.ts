import { newId } from '@keyledger/event-sourcing';
import { defineQuery, type Principal } from '@keyledger/messaging';
import { continueTrace, createLogger } from '@keyledger/telemetry';
import { SpanKind, trace } from '@opentelemetry/api';
import { TracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { joseSigner } from '../src/principal/jose-signer.ts';
import { joseVerifier } from '../src/principal/jose-verifier.ts';
import { generatePrincipalKeys } from '../src/principal/key-files.ts';
import { natsRequestReply } from '../src/request-reply/nats-request-reply.ts';
import { KeyRequestApproved } from './approval.examples.ts';
import { startMessageApp } from './message-app.ts';
import { NatsFixture } from './nats.fixture.ts';
import { recordingLogger } from './recording-logger.ts';
import { anApproval, publish, reactorOf, startConsumers } from './vault.fixture.ts';
import { waitUntil } from './wait-until.ts';

const exporter = new InMemorySpanExporter();
let nats: NatsFixture;

beforeAll(async () => {
  // What keeps contexts and writes headers comes from the telemetry lib, as in a service.
  continueTrace(undefined, () => undefined);
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
  nats = await NatsFixture.start();
});
afterAll(() => nats.stop());

it('leads from a request through its handler and JetStream to a reaction', async () => {
  const Approve = defineQuery('registry', 'Approve', z.strictObject({}), z.object({}));
  const keys = await generatePrincipalKeys();
  const [approval, vault] = [await nats.connect('approval'), await nats.connect('vault')];
  const app = await startMessageApp(
    Approve,
    async (_input, { traceparent }) => {
      await publish(approval, anApproval({ traceparent: traceparent ?? '' }));
      return {};
    },
    {
      connection: await nats.connect('registry-desk'),
      verifier: joseVerifier({ trust: keys.trust }),
      logger: recordingLogger(),
    },
  );
  const { reactor, seen } = reactorOf();
  const consumers = await startConsumers(vault, reactor);
  const client = natsRequestReply({
    connection: await nats.connect('admin'),
    signer: joseSigner({ service: 'gateway', jwk: keys.signing.gateway }),
  });
  const principal: Principal = { kind: 'user', id: 'ada', roles: ['member'], proof: 'session' };

  await trace.getTracer('test').startActiveSpan('POST /graphql', async (root) => {
    await client.request(Approve, {}, { principal, correlationId: newId(), causationId: newId() });
    root.end();
  });
  await waitUntil(() => seen.length === 1 && exporter.getFinishedSpans().length === 4);
  await consumers.close();
  await app.close();

  const spans = exporter.getFinishedSpans();
  const named = (name: string) => spans.find((span) => span.name === name);
  const path = [
    named('POST /graphql'),
    named(`request ${Approve.subject}`),
    named(`process ${Approve.subject}`),
    named(`process ${KeyRequestApproved.subject}`),
  ];
  expect(path.map((span) => span?.kind)).toEqual([
    SpanKind.INTERNAL,
    SpanKind.CLIENT,
    SpanKind.SERVER,
    SpanKind.CONSUMER,
  ]);
  expect(new Set(path.map((span) => span?.spanContext().traceId)).size).toBe(1);
  expect(path.slice(1).map((span) => span?.parentSpanContext?.spanId)).toEqual(
    path.slice(0, -1).map((span) => span?.spanContext().spanId),
  );
});

it('lets everything that a reactor logs carry the correlation id and the trace of its event', async () => {
  const lines: string[] = [];
  const logger = createLogger({ service: 'vault', destination: { write: (line) => void lines.push(line) } });
  const { reactor, seen } = reactorOf(async () => {
    await Promise.resolve();
    logger.info({}, 'something was done');
  });
  const consumers = await startConsumers(await nats.connect('vault'), reactor);
  const event = anApproval();
  await publish(await nats.connect('approval'), event);
  await waitUntil(() => seen.some(({ id }) => id === event.id));
  await consumers.close();
  const own = lines.map((line) => JSON.parse(line) as { correlationId?: string; traceId?: string });
  expect(own.at(-1)).toMatchObject({
    correlationId: event.correlationId,
    traceId: event.traceparent?.split('-')[1],
  });
});
