// node --import @keyledger/telemetry/register …, before any other hook.
// Loads the OpenTelemetry SDK only when there is somewhere to send to; otherwise it costs nothing.
const { env } = process;

const endpoints = ['', 'TRACES_', 'METRICS_', 'LOGS_'].map((signal) => env[`OTEL_EXPORTER_OTLP_${signal}ENDPOINT`]);

if (env.OTEL_SDK_DISABLED?.toLowerCase() !== 'true' && endpoints.some((endpoint) => endpoint))
  await (await import('./start-sdk.mjs')).startSdk(env);
