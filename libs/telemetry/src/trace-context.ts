import { randomBytes } from 'node:crypto';
import {
  context,
  createContextKey,
  isSpanContextValid,
  propagation,
  type SpanContext,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

const CORRELATION_ID = createContextKey('keyledger.correlationId');

let isContextKept = false;

/**
 * Without the SDK the API forgets contexts and writes no headers. Traces shall hold together all the same, because
 * `traceparent` is part of every event; so this installs what the SDK would have, unless the SDK was there first.
 */
export const keepContext = (): void => {
  if (isContextKept) return;
  isContextKept = true;
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
};

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Reads the W3C header; `undefined` when it is not one. */
export const parseTraceparent = (traceparent: string): SpanContext | undefined => {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const parsed = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parsed) ? parsed : undefined;
};

const format = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}`;

/** Sampled, because whether to record is a matter of each process's own configuration. */
const newSpanContext = (): SpanContext => ({
  traceId: randomBytes(16).toString('hex'),
  spanId: randomBytes(8).toString('hex'),
  traceFlags: 1,
  isRemote: true,
});

/** The active span's, or that of the trace that was continued. */
export const currentSpanContext = (): SpanContext | undefined => {
  const active = trace.getActiveSpan()?.spanContext();
  return active !== undefined && isSpanContextValid(active) ? active : undefined;
};

/** W3C `traceparent` for an outgoing message or the metadata of an event; `undefined` outside of any trace. */
export const currentTraceparent = (): string | undefined => {
  const current = currentSpanContext();
  return current === undefined ? undefined : format(current);
};

/**
 * Runs `fn` inside the trace that arrived with a request, message or event. Without one (or with one that is malformed)
 * it stays in the current trace, and outside of any begins a new one. The active span of the same trace is kept as the
 * parent of what follows. Works with and without a tracing SDK.
 */
export const continueTrace = <T>(traceparent: string | undefined, fn: () => T): T => {
  keepContext();
  const current = currentSpanContext();
  const arrived =
    (traceparent === undefined ? undefined : parseTraceparent(traceparent)) ?? current ?? newSpanContext();
  return arrived.traceId === current?.traceId
    ? fn()
    : context.with(trace.setSpanContext(context.active(), arrived), fn);
};

/** Runs `fn` so that its log records carry the correlation id. */
export const withCorrelation = <T>(correlationId: string, fn: () => T): T => {
  keepContext();
  return context.with(context.active().setValue(CORRELATION_ID, correlationId), fn);
};

/** Of the innermost `withCorrelation`; `undefined` outside of any. */
export const currentCorrelationId = (): string | undefined =>
  context.active().getValue(CORRELATION_ID) as string | undefined;
