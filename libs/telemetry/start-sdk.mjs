import path from 'node:path';
import { HttpInstrumentation } from '@opentelemetry/instrumentation-http';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { register, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';
import { scrubbingSpanProcessor, withoutQuery } from './span-privacy.mjs';

/** Probes come every few seconds and say nothing about the work. */
const isProbe = ({ url = '' }) => /^\/(health(\/|$)|metrics$)/.test(url);

const instrumentations = () => [
  new HttpInstrumentation({
    ignoreIncomingRequestHook: isProbe,
    requestHook: withoutQuery,
    // Not spans of our own exporter, and none outside of a trace.
    requireParentforOutgoingSpans: true,
  }),
  new UndiciInstrumentation({ requireParentforSpans: true, requestHook: withoutQuery }),
  // The text of a statement has placeholders; its values are never recorded.
  new PgInstrumentation({ requireParentSpan: true, ignoreConnectSpans: true, enhancedDatabaseReporting: false }),
  // Trace ids are written by our own logger, which has them without the SDK too.
  new PinoInstrumentation({ disableLogCorrelation: true }),
];

/** The exporter class of a signal for the protocol that the environment asks for. */
const exporterOf = async (env, signal, className) => {
  const protocol = env[`OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_PROTOCOL`] ?? env.OTEL_EXPORTER_OTLP_PROTOCOL;
  const flavour = protocol?.trim() === 'http/json' ? 'http' : 'proto';
  const packageName = signal === 'traces' ? 'trace' : signal;
  const exporters = await import(`@opentelemetry/exporter-${packageName}-otlp-${flavour}`);
  return new exporters[className]();
};

const isSent = (env, signal) =>
  Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`]) &&
  env[`OTEL_${signal}_EXPORTER`] !== 'none';

/** `services/vault/src/main.ts` is `keyledger-vault`, unless `OTEL_SERVICE_NAME` says otherwise. */
const serviceName = (env) => {
  const [, folder] = /services[\\/]([^\\/]+)[\\/]/.exec(path.resolve(process.argv[1] ?? '')) ?? [];
  return env.OTEL_SERVICE_NAME || `keyledger${folder === undefined ? '' : `-${folder}`}`;
};

/** Starts traces, logs and metrics for the signals that have an address. Prometheus can read the metrics as well. */
export const startSdk = async (env) => {
  if (supportsSyncHooks()) register({ include: ['pino', 'pg', 'http', 'https', 'node:http', 'node:https'] });
  const prometheus = new PrometheusExporter({ preventServerStart: true });
  const sdk = new NodeSDK({
    serviceName: serviceName(env),
    instrumentations: instrumentations(),
    spanProcessors: isSent(env, 'TRACES')
      ? [
          scrubbingSpanProcessor,
          new BatchSpanProcessor({ exporter: await exporterOf(env, 'traces', 'OTLPTraceExporter') }),
        ]
      : [],
    logRecordProcessors: isSent(env, 'LOGS')
      ? [new BatchLogRecordProcessor({ exporter: await exporterOf(env, 'logs', 'OTLPLogExporter') })]
      : [],
    metricReaders: isSent(env, 'METRICS')
      ? [
          prometheus,
          new PeriodicExportingMetricReader({
            exporter: await exporterOf(env, 'metrics', 'OTLPMetricExporter'),
            exportIntervalMillis: Number(env.OTEL_METRIC_EXPORT_INTERVAL) || 15_000,
          }),
        ]
      : [prometheus],
  });
  sdk.start();
  globalThis[Symbol.for('keyledger.telemetry')] = { prometheus, shutdown: () => sdk.shutdown() };
};
