import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { context, isSpanContextValid, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';

/** What follows the flow of control besides the tracing SDK's own context, so that it is there without the SDK too. */
interface Ambient {
  readonly traceparent?: string;
  readonly correlationId?: string;
}

const ambient = new AsyncLocalStorage<Ambient>();

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

/** The active span's context; without a tracing SDK the one that was continued. */
export const currentSpanContext = (): SpanContext | undefined => {
  const active = trace.getActiveSpan()?.spanContext();
  if (active !== undefined && isSpanContextValid(active)) return active;
  const { traceparent } = ambient.getStore() ?? {};
  return traceparent === undefined ? undefined : parseTraceparent(traceparent);
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
  const current = currentSpanContext();
  const arrived =
    (traceparent === undefined ? undefined : parseTraceparent(traceparent)) ?? current ?? newSpanContext();
  if (arrived.traceId === current?.traceId) return fn();
  return ambient.run({ ...ambient.getStore(), traceparent: format(arrived) }, () =>
    context.with(trace.setSpanContext(ROOT_CONTEXT, arrived), fn),
  );
};

/** Runs `fn` so that its log records carry the correlation id. */
export const withCorrelation = <T>(correlationId: string, fn: () => T): T =>
  ambient.run({ ...ambient.getStore(), correlationId }, fn);

export const currentCorrelationId = (): string | undefined => ambient.getStore()?.correlationId;
