import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** W3C trace context as it travels in headers. */
export interface TraceHeaders {
  readonly traceparent?: string;
  readonly tracestate?: string;
}

const tracer = trace.getTracer('@keyledger/messaging-nats');

/** Carries the trace through a process in which no OpenTelemetry SDK keeps a context. */
const ambient = new AsyncLocalStorage<string>();

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

const newTraceparent = (): string => `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;

/** The trace to pass on: the active span's, else the one of the message being handled, else a new one. */
export const currentTrace = (): TraceHeaders & { readonly traceparent: string } => {
  const carrier: { traceparent?: string; tracestate?: string } = {};
  propagation.inject(context.active(), carrier);
  return { ...carrier, traceparent: carrier.traceparent ?? ambient.getStore() ?? newTraceparent() };
};

/** An invalid `traceparent` is ignored, and `tracestate` with it. */
export const validTrace = (traceparent: string | undefined, tracestate?: string): TraceHeaders => {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return {};
  return { traceparent, ...(tracestate === undefined ? {} : { tracestate }) };
};

export interface SpanDescription {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
}

/** Runs `work` in a span under the active one. */
export const inSpan = async <T>({ name, kind, attributes }: SpanDescription, work: () => Promise<T>): Promise<T> => {
  const span = tracer.startSpan(name, { kind, attributes });
  try {
    return await context.with(trace.setSpan(context.active(), span), work);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
    throw error;
  } finally {
    span.end();
  }
};

/** Runs `work` in a span that continues the trace of a received message; begins a trace where the message has none. */
export const continueTrace = <T>(
  incoming: TraceHeaders,
  description: SpanDescription,
  work: () => Promise<T>,
): Promise<T> =>
  ambient.run(incoming.traceparent ?? newTraceparent(), () =>
    context.with(propagation.extract(ROOT_CONTEXT, incoming), () => inSpan(description, work)),
  );
