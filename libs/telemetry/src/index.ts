export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export { startTelemetry, type Telemetry } from './metrics-endpoint.ts';
export {
  type AttributeValue,
  counter,
  type Counter,
  gauge,
  histogram,
  type Histogram,
  type Observation,
} from './metrics.ts';
export { scrub } from '../scrub.mjs';
export { type SpanOptions, withSpan } from './span.ts';
export { continueTrace, currentCorrelationId, currentTraceparent, withCorrelation } from './trace-context.ts';
