import { type Attributes, type Link, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { parseTraceparent } from './trace-context.ts';

export interface SpanOptions {
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  /** Traces that led to this one without being its parent. */
  readonly links?: readonly (string | undefined)[];
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const;

const linksOf = (traceparents: readonly (string | undefined)[]): Link[] =>
  traceparents
    .map((traceparent) => (traceparent === undefined ? undefined : parseTraceparent(traceparent)))
    .filter((spanContext) => spanContext !== undefined)
    .map((spanContext) => ({ context: spanContext }));

/** Only the class: the message of an error may quote what it was about. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/**
 * Runs `fn` inside a span that ends with it and is marked as failed when it rejects. Without a tracing SDK it only runs
 * `fn`. Attributes hold no secrets and no personal data.
 */
export const withSpan = <T>(
  name: string,
  attributes: Attributes,
  fn: () => Promise<T>,
  { kind = 'internal', links = [] }: SpanOptions = {},
): Promise<T> =>
  trace
    .getTracer('keyledger')
    .startActiveSpan(name, { attributes, kind: KINDS[kind], links: linksOf(links) }, async (span) => {
      try {
        return await fn();
      } catch (error) {
        span.setAttribute('error.type', nameOf(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
