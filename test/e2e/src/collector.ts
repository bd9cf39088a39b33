import { createServer } from 'node:http';
import { listenOnLoopback } from '@keyledger/testing';
import { buffer } from 'node:stream/consumers';

export interface Span {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
}

export interface Collector {
  readonly url: string;
  /** Everything that arrived, as it arrived. */
  readonly bodies: readonly Buffer[];
  spans(): readonly Span[];
  stop(): Promise<void>;
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue?: string };
}

interface TraceExport {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly { readonly name: string; readonly traceId: string }[] }[];
  }[];
}

/** An OpenTelemetry collector that keeps what it gets (OTLP over HTTP, JSON). */
export const startCollector = async (): Promise<Collector> => {
  const bodies: Buffer[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      bodies.push(body);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const { url, stop } = await listenOnLoopback(server);
  const spansIn = (body: Buffer): Span[] =>
    ((JSON.parse(body.toString()) as TraceExport).resourceSpans ?? []).flatMap(({ resource, scopeSpans }) => {
      const name = resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '';
      return scopeSpans.flatMap(({ spans }) =>
        spans.map((span) => ({ service: name, name: span.name, traceId: span.traceId })),
      );
    });
  return {
    url,
    bodies,
    spans: () => bodies.flatMap(spansIn),
    stop,
  };
};
