import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { metrics } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { gauge } from './metrics.ts';
import { keepContext } from './trace-context.ts';

/** What `register.mjs` leaves behind when it started the SDK. It is loaded before TypeScript can be. */
interface StartedSdk {
  readonly prometheus: PrometheusExporter;
  readonly shutdown: () => Promise<void>;
}

const startedSdk = (): StartedSdk | undefined =>
  (globalThis as Record<symbol, unknown>)[Symbol.for('keyledger.telemetry')] as StartedSdk | undefined;

export interface Telemetry {
  /** Answers with all metrics in the text format of Prometheus. */
  serveMetrics(request: IncomingMessage, response: ServerResponse): void;
  /** Sends what is still buffered. */
  readonly shutdown: () => Promise<void>;
}

const startMeterProvider = (service: string): StartedSdk => {
  const prometheus = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ 'service.name': `keyledger-${service}` }),
    readers: [prometheus],
  });
  metrics.setGlobalMeterProvider(provider);
  return { prometheus, shutdown: () => provider.shutdown() };
};

const observeProcess = (): void => {
  let last = performance.eventLoopUtilization();
  gauge({
    name: 'process.event_loop.utilization',
    description: 'Share of time the event loop was busy since the last reading',
    unit: '1',
    attributes: [],
    observe: () => {
      const { utilization } = performance.eventLoopUtilization(last);
      last = performance.eventLoopUtilization();
      return utilization;
    },
  });
  gauge({
    name: 'process.memory.usage',
    description: 'Resident memory',
    unit: 'By',
    attributes: [],
    observe: () => process.memoryUsage.rss(),
  });
  metrics
    .getMeter('keyledger')
    .createObservableCounter('process.cpu.time', { description: 'CPU time used since the start', unit: 's' })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe((user + system) / 1e6);
    });
};

let started: StartedSdk | undefined;

/**
 * Starts the metrics of this process; a second call answers with the same. Metrics are always collected and can be read
 * by Prometheus; they are also sent by OTLP when `register.mjs` started the SDK.
 */
export const startTelemetry = (service: string): Telemetry => {
  if (started === undefined) {
    keepContext();
    started = startedSdk() ?? startMeterProvider(service);
    observeProcess();
  }
  const { prometheus, shutdown } = started;
  return {
    serveMetrics: (request, response) => prometheus.getMetricsRequestHandler(request, response),
    shutdown,
  };
};
